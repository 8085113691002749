import { stat } from "node:fs/promises";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it } from "vitest";
import { dayOf } from "../domain/history-days.ts";
import { pathOf } from "../files/place.ts";
import { DAY_MS, openIn, placeIn, readAll } from "../testing/history-tools.ts";
import { createMadeMarket } from "../testing/made-market.ts";
import { writeMadeYear } from "../testing/made-year.ts";

const LAST_DAY_MS = Date.UTC(2026, 11, 1);
const PERIOD_MS = 30_000;
const SYMBOLS = 50;

it("a year of 50 symbols: a start costs under 2 s more, and a closed day at most 3 MB", async () => {
  const folder = await createTemporaryFolder();
  const place = placeIn(folder.path);
  await writeMadeYear({ place, symbols: SYMBOLS, periodMs: PERIOD_MS, lastDayMs: LAST_DAY_MS, days: 365 });
  const market = createMadeMarket({ symbols: SYMBOLS, seed: 2 });
  const store = openIn(place);
  const startMs = performance.now();
  expect(await store.append(market.next(LAST_DAY_MS + 0.95 * DAY_MS, PERIOD_MS))).toBe("kept");
  // In turn behind what a start does off the way of refreshes.
  expect(await store.keepStatistics("2025-01-01", "{}")).toBe(true);
  expect(performance.now() - startMs).toBeLessThan(2000);

  expect(await store.append(market.next(LAST_DAY_MS + DAY_MS, PERIOD_MS))).toBe("kept");
  await store.keepStatistics("2025-01-02", "{}");
  const closed = pathOf(place, dayOf(LAST_DAY_MS), "refreshes");
  expect((await readAll(store, "refreshes", dayOf(LAST_DAY_MS))).length).toBe(0.9 * 2880 + 1);
  // The day was nine tenths of one.
  expect((await stat(closed)).size / 0.9).toBeLessThan(3_000_000);
  await store.close();
  await folder.remove();
});
