import { describe, expect, it } from "vitest";
import { hrefOf, routeOf, TABS, titleOf } from "./route.ts";

describe("routeOf", () => {
  it.each([
    ["", { view: "market" }],
    ["#", { view: "market" }],
    ["#/", { view: "market" }],
    ["#/scores", { view: "scores" }],
    ["#/BTCUSDT", { view: "breakdown", symbol: "BTCUSDT" }],
    ["#/1000PEPEUSDT", { view: "breakdown", symbol: "1000PEPEUSDT" }],
    ["#/%3Cimg%20src%3Dx%3E", { view: "breakdown", symbol: "<img src=x>" }],
    ["#/%", { view: "breakdown", symbol: "%" }],
    ["#/a/b/../c", { view: "breakdown", symbol: "a/b/../c" }],
  ])("%s", (hash, route) => {
    expect(routeOf(hash)).toEqual(route);
  });

  it("finds each tab at its own address", () => {
    expect(TABS.map((tab) => routeOf(hrefOf(tab)))).toEqual(TABS.map((view) => ({ view })));
  });
});

describe("titleOf", () => {
  it("names the view, or the symbol", () => {
    expect(titleOf({ view: "perps" }, null)).toBe("Perps · Pulseboard");
    expect(titleOf({ view: "breakdown", symbol: "BTCUSDT" }, null)).toBe("BTCUSDT · Pulseboard");
  });

  it("says the price first, where one is known", () => {
    expect(titleOf({ view: "breakdown", symbol: "BTCUSDT" }, "64,250.10")).toBe("64,250.10 BTCUSDT · Pulseboard");
  });
});
