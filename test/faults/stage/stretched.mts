import { productionDurations } from "@pulseboard/pulseboard/durations";

type Values = Readonly<Record<string, number>>;

/** The same durations, each so many times as long, but no longer than production's. */
export async function stretched<Changes extends Readonly<Record<string, Values>>>(
  changes: Changes,
  factor: number,
): Promise<{ readonly [Part in keyof Changes]: { readonly [Name in keyof Changes[Part]]: number } }> {
  const production = await productionDurations();
  const longest = new Map(
    Object.entries(production).map(([part, values]) => [part, new Map(Object.entries<number>({ ...values }))]),
  );
  const stretch = (part: string, values: Values) =>
    Object.fromEntries(
      Object.entries(values).map(([name, ms]) => [name, Math.min(ms * factor, longest.get(part)?.get(name) ?? ms)]),
    );
  return Object.fromEntries(Object.entries(changes).map(([part, values]) => [part, stretch(part, values)])) as Awaited<
    ReturnType<typeof stretched<Changes>>
  >;
}
