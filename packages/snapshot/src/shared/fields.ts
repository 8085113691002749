import { z } from "zod";
import { CONTRACT_NAME } from "./contract-name.ts";

/** Fields that several documents share. `z.number()` refuses NaN and the infinities. */

function hasTwoDecimals(value: number): boolean {
  return Math.round(value * 100) / 100 === value;
}

/** 0..100, 50 is neutral. Two decimals: more would pretend to a precision that scores do not have, and cost bytes. */
export const scoreField = z.number().min(0).max(100).refine(hasTwoDecimals, "expected at most 2 decimals");

/** 0..1. */
export const shareField = z.number().min(0).max(1);

/** Percent of a whole, 0..100. */
export const percentOfWholeField = z.number().min(0).max(100);

/** A change in percent; nothing loses more than all of its value. */
export const changePercentField = z.number().min(-100);

/** A deviation or a range in percent. */
export const spreadPercentField = z.number().min(0);

/** USD per base coin. */
export const priceField = z.number().positive();

/** An amount in USD. */
export const amountUsdField = z.number().min(0);

export const countField = z.int().min(0);

export const unixSecondsField = z.int().min(0);

/** The exchange's name of a contract, "BTCUSDT". */
export const symbolField = z.string().regex(CONTRACT_NAME, "expected letters and digits before USDT or USDC");

/** The coin of a contract, "BTC". */
export const coinField = z.string().regex(/^[\p{L}\p{N}]{1,32}$/u, "expected 1 to 32 letters and digits");

/** The name of a rule, an indicator, an input or a figure: "order_flow_imbalance". */
export const nameField = z.string().min(1).max(32);

/** The source of data: "bybit", "simulator", "coingecko". */
export const sourceField = z.string().min(1).max(64);

export const ratingLabelField = z.enum(["Strong Buy", "Buy", "Neutral", "Sell", "Strong Sell"]);

/** A mean of votes of -1, 0 and +1. */
export const ratingField = z.number().min(-1).max(1);
