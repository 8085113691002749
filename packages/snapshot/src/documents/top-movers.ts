import { z } from "zod";
import { amountUsdField, changePercentField, priceField, symbolField } from "../shared/fields.ts";
import { isSorted } from "../shared/is-sorted.ts";

/** The most gainers, and the most losers. */
export const MOVERS_LIMIT = 5;

const moverFieldsSchema = z.object({
  symbol: symbolField,
  price: priceField,
  /** %, signed. */
  change_24h: changePercentField,
  /** USD. */
  volume_24h: amountUsdField,
});

const moverSchema = z
  .object({
    ...moverFieldsSchema.shape,
    display_symbol: symbolField,
    change: changePercentField,
    price_change_percent: changePercentField,
    percentage: changePercentField,
    volume: amountUsdField,
  })
  .superRefine((mover, context) => {
    const copies = [
      ["display_symbol", mover.display_symbol, mover.symbol],
      ["change", mover.change, mover.change_24h],
      ["price_change_percent", mover.price_change_percent, mover.change_24h],
      ["percentage", mover.percentage, mover.change_24h],
      ["volume", mover.volume, mover.volume_24h],
    ] as const;
    for (const [name, copy, original] of copies) {
      if (copy !== original) {
        context.addIssue({ code: "custom", path: [name], message: `expected ${original}` });
      }
    }
  });

/** Biggest change first on both sides; nobody gains by not moving. */
export const topMoversSchema = z.object({
  gainers: z
    .array(moverSchema)
    .max(MOVERS_LIMIT)
    .refine((movers) => movers.every((mover) => mover.change_24h > 0), "expected changes above 0")
    .refine((movers) => isSorted(movers, (mover) => -mover.change_24h), "expected the biggest gain first"),
  losers: z
    .array(moverSchema)
    .max(MOVERS_LIMIT)
    .refine((movers) => movers.every((mover) => mover.change_24h < 0), "expected changes below 0")
    .refine((movers) => isSorted(movers, (mover) => mover.change_24h), "expected the biggest loss first"),
});

export type MoverFields = Readonly<z.infer<typeof moverFieldsSchema>>;
export type Mover = Readonly<z.infer<typeof moverSchema>>;

/** A mover under all the names that readers know its figures by. */
export function withMoverAliases(mover: MoverFields): Mover {
  return {
    symbol: mover.symbol,
    display_symbol: mover.symbol,
    price: mover.price,
    change: mover.change_24h,
    change_24h: mover.change_24h,
    price_change_percent: mover.change_24h,
    percentage: mover.change_24h,
    volume: mover.volume_24h,
    volume_24h: mover.volume_24h,
  };
}
