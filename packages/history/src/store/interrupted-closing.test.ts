import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it } from "vitest";
import { chainPathOf, folderOf, pathOf } from "../files/place.ts";
import { asKept, DAY_MS, FIRST_DAY_MS, openIn, placeIn, readAll } from "../testing/history-tools.ts";
import { createMadeMarket } from "../testing/made-market.ts";

const DAY = "2026-03-02";
const market = createMadeMarket({ symbols: 3, seed: 6 });
const refreshes = Array.from({ length: 5 }, (_, index) => market.next(FIRST_DAY_MS + 5_000 + index * 300_000, 300_000));
const nextDay = [0, 1].map((index) => market.next(FIRST_DAY_MS + DAY_MS + index * 300_000, 300_000));

/** What a kill can leave of a day that is being closed, one step after the other. */
const LEFT_BEHIND: readonly {
  readonly after: string;
  readonly without: readonly ("open" | "refreshes" | "quarters" | "chain")[];
}[] = [
  { after: "nothing of it", without: ["refreshes", "quarters", "chain"] },
  { after: "the file of quarters", without: ["refreshes", "chain"] },
  { after: "both files", without: ["chain"] },
  { after: "the removal of the open file", without: ["open", "chain"] },
  { after: "all of it", without: ["open"] },
];

it.each(LEFT_BEHIND)(
  "a day whose closing ended after $after is read once, closed with the next refresh, and linked",
  async ({ without }) => {
    const folder = await createTemporaryFolder();
    const place = placeIn(folder.path);
    await mkdir(dirname(pathOf(place, DAY, "open")), { recursive: true });
    const before = openIn(place);
    for (const refresh of refreshes) {
      expect(await before.append(refresh)).toBe("kept");
    }
    await copyFile(pathOf(place, DAY, "open"), `${pathOf(place, DAY, "open")}.copy`);
    await before.append(nextDay[0] ?? refreshes[0] ?? market.next(0, 1));
    // In turn behind the closing of days.
    await before.keepStatistics("2026-03-01", "{}");
    await before.close();
    // Without the hash, in which is what was linked before.
    const linked = (await readFile(chainPathOf(place), "utf8")).split(',"hash"')[0];
    await copyFile(`${pathOf(place, DAY, "open")}.copy`, pathOf(place, DAY, "open"));
    await rm(`${pathOf(place, DAY, "open")}.copy`);
    await writeFile(`${pathOf(place, DAY, "refreshes")}.tmp`, "a part");
    for (const each of without) {
      await rm(each === "chain" ? chainPathOf(place) : pathOf(place, DAY, each));
    }

    const after = openIn(place);
    const expected = refreshes.map(asKept);
    expect(await readAll(after, "refreshes", DAY)).toEqual(expected);
    expect(await after.days("refreshes")).toEqual([DAY, "2026-03-03"]);
    expect(await after.append(nextDay[1] ?? market.next(0, 1))).toBe("kept");
    await after.keepStatistics("2026-02-28", "{}");
    expect(await readAll(after, "refreshes", DAY)).toEqual(expected);
    expect(await readFile(chainPathOf(place), "utf8")).toContain(linked);
    await after.close();
    expect((await readdir(folderOf(place))).filter((name) => name.includes(DAY)).toSorted()).toEqual(
      expect.arrayContaining([`bybit-v2-${DAY}.quarters`, `bybit-v2-${DAY}.refreshes`]),
    );
    expect((await readdir(folderOf(place))).filter((name) => name.endsWith(".open"))).toEqual([
      "bybit-v2-2026-03-03.open",
    ]);
    await folder.remove();
  },
);
