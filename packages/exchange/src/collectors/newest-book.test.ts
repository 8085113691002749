import type { Book } from "@pulseboard/engine";
import { describe, expect, test } from "vitest";
import { createTestSource } from "../testing/gateways.ts";
import { createNewestBook } from "./newest-book.ts";

const START_MS = Date.UTC(2025, 5, 10, 12);
const signal = new AbortController().signal;
const good = {
  s: "BTCUSDT",
  b: [
    ["100", "1"],
    ["99", "2"],
  ],
  a: [
    ["101", "3"],
    ["102", "4"],
  ],
  ts: START_MS,
};

function openBook() {
  let result: Record<string, unknown> = good;
  const newest = createNewestBook(
    createTestSource(() => ({ result, timeMs: START_MS, marketSpeed: 1 })),
    30_000,
  );
  return {
    async update(changed: Record<string, unknown>): Promise<Book | null> {
      result = { ...good, ...changed };
      await newest.update(signal);
      const input = newest.input();
      return input.known ? input.value : null;
    },
  };
}

describe("the book", () => {
  test("lists the best level first on both sides, as numbers", async () => {
    const book = await openBook().update({});
    expect(book).toEqual({
      timeMs: START_MS,
      bidPrice: Float64Array.of(100, 99),
      bidQuantityBase: Float64Array.of(1, 2),
      askPrice: Float64Array.of(101, 102),
      askQuantityBase: Float64Array.of(3, 4),
    });
  });

  test("a newer state replaces it; the same or an older one does not", async () => {
    const { update } = openBook();
    await update({});
    expect((await update({ ts: START_MS + 1000 }))?.timeMs).toBe(START_MS + 1000);
    for (const ts of [START_MS + 1000, START_MS + 500]) {
      expect(await update({ ts, b: [["98", "9"]] })).toMatchObject({
        timeMs: START_MS + 1000,
        bidPrice: Float64Array.of(100, 99),
      });
    }
  });

  test("may have an empty side", async () => {
    const book = await openBook().update({ b: [] });
    expect(book?.bidPrice.length).toBe(0);
  });

  const unusable: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
    ["crossed", { b: [["101", "1"]] }, /best bid 101 is not below the best ask 101/],
    [
      "bids out of order",
      {
        b: [
          ["99", "1"],
          ["100", "1"],
        ],
      },
      /level 1 of b is out of order/,
    ],
    [
      "asks out of order",
      {
        a: [
          ["102", "1"],
          ["101", "1"],
        ],
      },
      /level 1 of a is out of order/,
    ],
    [
      "the same price twice",
      {
        a: [
          ["101", "1"],
          ["101", "1"],
        ],
      },
      /level 1 of a is out of order/,
    ],
    ["a negative quantity", { a: [["101", "-1"]] }, /level 0 of a/],
    ["a quantity of 0", { a: [["101", "0"]] }, /level 0 of a/],
    ["a word", { b: [["abc", "1"]] }, /level 0 of b is \["abc","1"\]/],
    ["a level that is not a list", { b: [null] }, /level 0 of b is null/],
    ["no asks", { a: undefined }, /a is missing/],
    ["no time", { ts: "" }, /ts is ""/],
    ["another symbol", { s: "ETHUSDT" }, /s is "ETHUSDT"/],
  ];
  test.each(unusable)("%s: the whole state is rejected", async (_name, changed, message) => {
    await expect(openBook().update(changed)).rejects.toMatchObject({
      code: "exchange_bad_body",
      message: expect.stringMatching(message),
    });
  });
});
