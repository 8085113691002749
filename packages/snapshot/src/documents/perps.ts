import { z } from "zod";
import { amountUsdField, countField, percentOfWholeField, shareField } from "../shared/fields.ts";

/** Funding, positioning and open interest of the eligible perpetuals. */
export const perpsFieldsSchema = z.object({
  /** Fraction per 8 h, weighted by open interest. */
  funding_rate: z.number().min(-1).max(1).nullable(),
  /** BTC's own rate, fraction per 8 h. */
  funding_rate_btc: z.number().min(-1).max(1).nullable(),
  /** BTC's rate against its own last 90 settlements, in standard deviations. */
  funding_zscore: z.number().nullable(),
  /** Mean share of accounts that are long in BTC, ETH and SOL, %. */
  long_pct: percentOfWholeField.nullable(),
  short_pct: percentOfWholeField.nullable(),
  /** Base-2 entropy of these two shares. */
  ls_entropy: shareField.nullable(),
  /** USD, one side. */
  open_interest: amountUsdField.nullable(),
  /** Mark against index, %, weighted by open interest. */
  basis_pct: z.number().nullable(),
  /** USD. */
  volume_24h: amountUsdField.nullable(),
  /** Contracts whose open interest is known. */
  contract_count: countField.nullable(),
});

export const perpsSchema = z.object({
  ...perpsFieldsSchema.shape,
  /** Share of decentralised exchanges in perpetuals' volume: nobody that we ask knows it. */
  dex_share: shareField.nullable(),
});
