import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { HistoryRefresh } from "../domain/history-row.ts";
import type { HistoryStore } from "../domain/history-store.ts";
import { asKept, DAY_MS, FIRST_DAY_MS, readAll } from "./history-tools.ts";
import { createMadeMarket } from "./made-market.ts";

/** One empty place for history. */
export interface HistoryUnderTest {
  /** A store of this place, opened anew. */
  open(): HistoryStore;
  dispose(): Promise<void>;
}

/** The behaviour of every store of history. `create` gives a new, empty place for each test. */
export function describeHistoryStore(name: string, create: () => Promise<HistoryUnderTest>): void {
  describe(`${name} keeps the promises of a store of history`, () => {
    let place: HistoryUnderTest;
    let store: HistoryStore;
    const market = createMadeMarket({ symbols: 3, seed: 5 });
    /** Three refreshes in each quarter of an hour, 13 and 11 on the first two days and three on the third. */
    const refreshes = [13, 11, 3].flatMap((count, day) =>
      Array.from({ length: count }, (_, index) =>
        market.next(FIRST_DAY_MS + day * DAY_MS + 5_000 + index * 300_000, 300_000),
      ),
    );
    const appendAll = async (list: readonly HistoryRefresh[]): Promise<void> => {
      for (const refresh of list) {
        expect(await store.append(refresh)).toBe("kept");
      }
    };
    const ofDay = (index: number): readonly HistoryRefresh[] =>
      refreshes.filter(({ asOfMs }) => Math.floor((asOfMs - FIRST_DAY_MS) / DAY_MS) === index).map(asKept);

    beforeEach(async () => {
      place = await create();
      store = place.open();
    });
    afterEach(async () => {
      await store.close();
      await place.dispose();
    });

    test("has nothing at first", async () => {
      expect(await store.days("refreshes")).toEqual([]);
      expect(await store.days("quarters")).toEqual([]);
      expect(await readAll(store, "refreshes", "2026-03-02")).toEqual([]);
      expect(await store.readStatistics("2026-03-02")).toBeNull();
      expect(await store.chain()).toEqual([]);
    });

    test("gives back each refresh of open and closed days, in order, rounded and once, also after it was opened anew", async () => {
      await appendAll(refreshes);
      await store.close();
      store = place.open();
      expect(await store.days("refreshes")).toEqual(["2026-03-02", "2026-03-03", "2026-03-04"]);
      for (const [index, day] of ["2026-03-02", "2026-03-03", "2026-03-04"].entries()) {
        expect(await readAll(store, "refreshes", day)).toEqual(ofDay(index));
      }
    });

    test("keeps the first refresh of each quarter of an hour, and the prices of those after it, as long as there are", async () => {
      await appendAll(refreshes);
      await store.close();
      store = place.open();
      for (const [index, day] of ["2026-03-02", "2026-03-03", "2026-03-04"].entries()) {
        const found = await readAll(store, "quarters", day);
        const expected = ofDay(index);
        expect(found.map(({ asOfMs }) => asOfMs)).toEqual(expected.map(({ asOfMs }) => asOfMs));
        expect(found.filter((_, each) => each % 3 === 0)).toEqual(expected.filter((_, each) => each % 3 === 0));
        for (const [each, refresh] of found.entries()) {
          for (const [slot, row] of refresh.rows.entries()) {
            expect(row.markPrice).toBe(expected[each]?.rows[slot]?.markPrice);
            expect(row.scored).toBe(each % 3 === 0);
            expect(row.score === null).toBe(each % 3 !== 0);
          }
        }
      }
    });

    test("gives a few columns of a day as the same figures", async () => {
      await appendAll(refreshes);
      const figures: (number | null)[] = [];
      for await (const { refreshes: heads, symbols, columns } of store.readChunks("refreshes", "2026-03-03", [
        "score",
      ])) {
        const slot = symbols.indexOf("COIN1USDT");
        for (const index of heads.keys()) {
          figures.push(columns.get("score")?.[slot * heads.length + index] ?? null);
        }
        expect([...columns.keys()]).toEqual(["score"]);
      }
      expect(figures).toEqual(ofDay(1).map(({ rows }) => rows[1]?.score));
    });

    test("takes no refresh that is not newer than the newest one, also after it was opened anew", async () => {
      const [first, second, third] = refreshes;
      if (first === undefined || second === undefined || third === undefined) {
        throw new Error("Too few");
      }
      await appendAll([first, second]);
      expect(await store.append(second)).toBe("not_newer");
      await store.close();
      store = place.open();
      expect(await store.append(second)).toBe("not_newer");
      expect(await store.append(first)).toBe("not_newer");
      expect(await store.append(third)).toBe("kept");
      expect(await readAll(store, "refreshes", "2026-03-02")).toEqual([first, second, third].map(asKept));
    });

    test("keeps unknown figures unknown, and a zero a zero", async () => {
      const [refresh] = refreshes;
      const row = refresh?.rows[0];
      if (refresh === undefined || row === undefined) {
        throw new Error("Too few");
      }
      const unknown = { ...row, score: null, markPrice: null, openInterestUsd: 0, fundingRate: -0, turnoverUsd: null };
      await appendAll([
        { ...refresh, direction: null, rows: [unknown, { ...row, symbol: "LEFTUSDT", scored: false }] },
      ]);
      const [found] = await readAll(store, "refreshes", "2026-03-02");
      expect(found?.direction).toBeNull();
      expect(found?.rows[0]).toMatchObject({ score: null, markPrice: null, openInterestUsd: 0, turnoverUsd: null });
      expect(Object.is(found?.rows[0]?.fundingRate, 0)).toBe(true);
      expect(found?.rows[1]).toMatchObject({ scored: false, score: null, markPrice: row.markPrice, turnoverUsd: null });
    });

    test("keeps a day's statistics once, and chains them", async () => {
      await appendAll(refreshes.slice(0, 1));
      expect(await store.keepStatistics("2026-03-01", "{}\n")).toBe(true);
      expect(await store.keepStatistics("2026-03-01", "other")).toBe(false);
      expect(await store.readStatistics("2026-03-01")).toBe("{}\n");
      expect(await store.statisticsDays()).toEqual(["2026-03-01"]);
      expect(await store.chain()).toMatchObject([{ day: "2026-03-01", kind: "statistics" }]);
    });

    test("chains each closed day after the one before", async () => {
      await appendAll(refreshes);
      // In turn behind the closing of days.
      await store.keepStatistics("2026-03-01", "{}\n");
      expect((await store.chain()).map(({ day, kind }) => `${day} ${kind}`)).toEqual([
        "2026-03-02 quarters",
        "2026-03-03 quarters",
        "2026-03-01 statistics",
      ]);
    });
  });
}
