import { exampleDocuments } from "@pulseboard/snapshot";
import { expect, it } from "vitest";
import { checkSums } from "./check-all-symbols.mts";

const AT = 1_780_000_000;
const CHANGES = Array.from({ length: 50 }, (_, index) => index - 20);
const ROWS = CHANGES.map((change, index) => ({
  ...{ symbol: `S${index}USDT`, as_of: AT, change_24h: change, turnover_24h: 1_000_000.25 },
}));
const { snapshot } = exampleDocuments();
const RIGHT = { total_volume_24h: 50_000_012.5, average_change: 4.5, gainers: 29, losers: 20 };
const documentOf = (overview: object = {}, asOf = AT) => ({
  // The deviation of 50 numbers in a row.
  market_overview: { ...snapshot.market_overview, ...RIGHT, market_dispersion: 14.4309, ...overview },
  market_breadth: { ...snapshot.market_breadth, flat: 1 },
  sections: { overview: { ...snapshot.sections.overview, as_of: asOf, expected: 50, received: 50 } },
});

it("are those of all scored symbols", () => {
  expect(checkSums(documentOf(), ROWS)).toEqual([]);
});

it.each([
  ["total_volume_24h", 50_000_013.5],
  ["average_change", 4.501],
  ["market_dispersion", 14.44],
  ["gainers", 30],
  ["losers", 19],
])("%s that these do not give is found", (name, value) => {
  expect(checkSums(documentOf({ [name]: value }), ROWS).join()).toContain(`sums over all symbols: ${name} is ${value}`);
});

it("are not looked at where the overview was made of other symbols, or at another moment", () => {
  expect(checkSums(documentOf({ gainers: 1 }), ROWS.slice(1))).toEqual([]);
  expect(checkSums(documentOf({ gainers: 1 }, AT + 1), ROWS)).toEqual([]);
});
