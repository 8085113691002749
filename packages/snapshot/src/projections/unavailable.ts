import { z } from "zod";
import { emptyListField } from "./body-head.ts";

// Routes of the original system that this one does not offer. They say so, rather than pretend to have nothing new.

const unavailableShape = { status: z.literal("unavailable"), message: z.string().min(1) };

export const newsSchema = z.object({ ...unavailableShape, news: emptyListField });
export const betaChartSchema = z.object({ ...unavailableShape, chart_data: emptyListField });
export const coingeckoSummarySchema = z.object(unavailableShape);

/** The body of `/api/dashboard/news`. */
export function news(): z.infer<typeof newsSchema> {
  return { status: "unavailable", message: "News are not offered.", news: [] };
}

/** The body of `/api/dashboard/beta-chart`. */
export function betaChart(): z.infer<typeof betaChartSchema> {
  return { status: "unavailable", message: "The beta chart is not offered.", chart_data: [] };
}

/** The body of `/api/coingecko/summary`. */
export function coingeckoSummary(): z.infer<typeof coingeckoSummarySchema> {
  return {
    status: "unavailable",
    message: "Not offered; capitalisation and dominance are in /api/market/overview.",
  };
}
