import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { describe, expect, test } from "vitest";
import { EXCHANGE_DURATIONS } from "../durations.ts";
import { openGateway, whileTimePasses } from "../testing/gateways.ts";
import { envelope, sendJson } from "../testing/test-response.ts";
import { createTinyExchange } from "../testing/tiny-exchange.ts";
import { createMarketTime } from "./market-time.ts";

const START_MS = Date.UTC(2025, 5, 10, 12, 0, 5);
const PERIOD_MS = 30_000;
const TICKERS = "/v5/market/tickers";
const KLINE = "/v5/market/kline";

/** @returns `answer`, which gives the code of the error for an answer at this offset from the true time, or null */
function open({ simulated = false, marketSpeed = 1 } = {}) {
  const clock = createFakeClock();
  let newMarkets = 0;
  const marketTime = createMarketTime({
    simulated,
    refreshPeriodMs: PERIOD_MS,
    clock,
    durations: EXCHANGE_DURATIONS,
    onNewMarket: () => {
      newMarkets += 1;
    },
  });
  const codeAt = (call: (endpoint: string, time: { timeMs: number; marketSpeed: number }) => void, timeMs: number) => {
    try {
      call(TICKERS, { timeMs, marketSpeed });
      return null;
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };
  const trueMs = () => START_MS + clock.monotonicMs() * marketSpeed;
  return {
    clock,
    trueMs,
    newMarkets: () => newMarkets,
    answer: (timeMs: number) => codeAt(marketTime.advance, timeMs),
    note: (timeMs: number) => marketTime.note({ timeMs, marketSpeed }),
    continueFrom: marketTime.continueFrom,
    answerOfSymbol: (timeMs: number) => codeAt(marketTime.check, timeMs),
  };
}

describe("the first time", () => {
  test("is refused once where the list of contracts before it was of another time, whichever of the two is wrong", () => {
    for (const wrongMs of [3_600_000, -3_600_000]) {
      const first = open();
      first.note(START_MS);
      expect(first.answer(START_MS + wrongMs)).toBe("exchange_wrong_time");
      expect(first.answer(START_MS)).toBeNull();
      const list = open();
      list.note(START_MS + wrongMs);
      expect(list.answer(START_MS)).toBe("exchange_wrong_time");
      expect(list.answer(START_MS + 1000)).toBeNull();
    }
  });

  test("is taken beside one that agrees, alone, and where the market stands still", async () => {
    const { clock, trueMs, note, answer } = open();
    note(START_MS);
    await clock.advance(3_600_000);
    expect(answer(trueMs() - 59_000)).toBeNull();
    expect(open().answer(START_MS)).toBeNull();
    const still = open({ simulated: true, marketSpeed: 0 });
    still.note(START_MS);
    expect(still.answer(START_MS + 3_600_000)).toBeNull();
  });

  test("of a gateway's first tickers is that of its list of contracts", async () => {
    const exchange = createTinyExchange(["BTCUSDT"], START_MS);
    exchange.marketSpeed = 1;
    await using gateway = openGateway(exchange);
    exchange.overrides.set(TICKERS, (response) => {
      exchange.overrides.delete(TICKERS);
      const result = { category: "linear", list: exchange.tickers };
      sendJson(response, envelope(result, START_MS + 3_600_000));
    });
    const market = await whileTimePasses(gateway.clock, gateway.gateway.collectMarket(gateway.signal));
    expect(market.asOfMs).toBe(START_MS);
    expect(exchange.countOf(TICKERS)).toBe(2);
  });
});

describe("a time that does not move", () => {
  test("is taken until two periods have passed, and refused from then on until it moves", async () => {
    const { clock, answer } = open();
    expect(answer(START_MS)).toBeNull();
    await clock.advance(2 * PERIOD_MS - 1);
    expect(answer(START_MS)).toBeNull();
    await clock.advance(1);
    expect(answer(START_MS)).toBe("exchange_frozen");
    await clock.advance(3_600_000);
    expect(answer(START_MS)).toBe("exchange_frozen");
    expect(answer(START_MS + 1)).toBeNull();
  });

  test("is measured by the monotonic clock", async () => {
    const { clock, answer } = open();
    answer(START_MS);
    clock.setNowMs(clock.nowMs() + 86_400_000);
    expect(answer(START_MS)).toBeNull();
    clock.setNowMs(0);
    await clock.advance(2 * PERIOD_MS);
    expect(answer(START_MS)).toBe("exchange_frozen");
  });

  test("is right where the simulator's market stands still", async () => {
    const { clock, answer, continueFrom } = open({ simulated: true, marketSpeed: 0 });
    continueFrom(START_MS);
    expect(answer(START_MS)).toBeNull();
    await clock.advance(86_400_000);
    expect(answer(START_MS)).toBeNull();
  });

  test("since an earlier process has published it is refused at once, and until it moves by a millisecond", async () => {
    const { clock, answer, continueFrom } = open();
    continueFrom(START_MS + 345);
    expect(answer(START_MS + 345)).toBe("exchange_frozen");
    await clock.advance(3_600_000);
    expect(answer(START_MS + 345)).toBe("exchange_frozen");
    expect(answer(START_MS + 346)).toBeNull();
  });

  test("since another worker has published it is refused at once; another time of the same second is news", async () => {
    const { clock, answer, continueFrom } = open();
    answer(START_MS);
    await clock.advance(PERIOD_MS);
    for (const publishedMs of [START_MS + PERIOD_MS, START_MS + PERIOD_MS + 345]) {
      continueFrom(publishedMs);
      expect(answer(publishedMs)).toBe("exchange_frozen");
      expect(answer(publishedMs + 1)).toBeNull();
    }
  });

  test("since an earlier process has published it in whole seconds is refused for as long as the second is the same", () => {
    const { answer, continueFrom } = open();
    continueFrom(START_MS);
    expect(answer(START_MS + 999)).toBe("exchange_frozen");
    expect(answer(START_MS + 1000)).toBeNull();
  });

  test("is measured from when this process first saw it, also where that is what was published", async () => {
    const { clock, answer, continueFrom } = open();
    answer(START_MS + 345);
    continueFrom(START_MS + 345);
    await clock.advance(2 * PERIOD_MS - 1);
    expect(answer(START_MS + 345)).toBeNull();
    await clock.advance(1);
    expect(answer(START_MS + 345)).toBe("exchange_frozen");
  });
});

describe("a time that goes back", () => {
  test.each([1, 30_000, 60_000, 3_600_000])("by %i ms is a lagging server of the exchange", async (ms) => {
    const { clock, trueMs, answer, newMarkets } = open();
    answer(START_MS);
    await clock.advance(PERIOD_MS);
    expect(answer(trueMs())).toBeNull();
    expect(answer(trueMs() - ms)).toBe("exchange_lagging");
    expect(answer(trueMs() + 1)).toBeNull();
    expect(newMarkets()).toBe(0);
  });

  test("from what an earlier process has published is one too, at the first answer; any later time is right", async () => {
    const { clock, trueMs, answer, continueFrom } = open();
    continueFrom(START_MS);
    expect(answer(START_MS - 1)).toBe("exchange_lagging");
    // Nobody here knows how long ago it was published.
    expect(answer(START_MS + 86_400_000)).toBeNull();
    await clock.advance(PERIOD_MS);
    // Another worker was faster.
    continueFrom(trueMs() + 86_401_000);
    expect(answer(trueMs() + 86_400_000)).toBe("exchange_lagging");
    expect(answer(trueMs() + 86_401_001)).toBeNull();
  });

  test("from what an earlier process has published shows that this was wrong when all answers agree for ten minutes", async () => {
    const { clock, trueMs, answer, continueFrom } = open();
    continueFrom(START_MS + 86_400_000);
    for (let passedMs = 0; passedMs < 600_000; passedMs += PERIOD_MS) {
      expect(answer(trueMs())).toBe("exchange_lagging");
      await clock.advance(PERIOD_MS);
    }
    expect(answer(trueMs())).toBeNull();
    expect(answer(trueMs() + 1)).toBeNull();
  });

  test("shows that the time before was wrong only when all answers agree for ten minutes", async () => {
    const { clock, trueMs, answer, newMarkets } = open();
    answer(START_MS + 86_400_000);
    for (let passedMs = 0; passedMs < 600_000; passedMs += PERIOD_MS) {
      expect(answer(trueMs())).toBe("exchange_lagging");
      await clock.advance(PERIOD_MS);
    }
    expect([answer(trueMs()), newMarkets()]).toEqual([null, 1]);
  });

  test("and stands still shows nothing, however long", async () => {
    const { clock, answer } = open();
    answer(START_MS + 3_600_000);
    for (let passedMs = 0; passedMs < 3_600_000; passedMs += PERIOD_MS) {
      expect(answer(START_MS)).toBe("exchange_lagging");
      await clock.advance(PERIOD_MS);
    }
  });

  test.each(["an answer", "an earlier process"])("by over 60 s from %s is a new market of the simulator", (from) => {
    const { answer, newMarkets, continueFrom } = open({ simulated: true });
    if (from === "an answer") {
      answer(START_MS);
    } else {
      continueFrom(START_MS);
    }
    expect(answer(START_MS - 60_000)).toBe("exchange_lagging");
    expect([answer(START_MS - 60_001), newMarkets()]).toEqual([null, 1]);
    expect(answer(START_MS - 60_000)).toBeNull();
  });

  test("is refused about a symbol when it is over 10 s behind the market's", () => {
    const { answer, answerOfSymbol } = open();
    expect(answerOfSymbol(START_MS)).toBeNull();
    answer(START_MS);
    expect(answerOfSymbol(START_MS - 10_000)).toBeNull();
    expect(answerOfSymbol(START_MS - 10_001)).toBe("exchange_lagging");
  });
});

describe("a time over 60 s ahead of what is due", () => {
  test("is refused once, and taken when the next agrees", async () => {
    const { clock, trueMs, answer } = open();
    answer(START_MS);
    await clock.advance(PERIOD_MS);
    expect(answer(trueMs() + 60_000)).toBeNull();
    await clock.advance(PERIOD_MS + 60_000);
    expect(answer(trueMs() + 3_600_000)).toBe("exchange_wrong_time");
    expect(answer(trueMs())).toBeNull();
    expect(answer(trueMs() + 3_600_000)).toBe("exchange_wrong_time");
    await clock.advance(PERIOD_MS);
    expect(answer(trueMs() + 3_600_000)).toBeNull();
  });

  test("is judged by the simulator's speed", async () => {
    const { clock, trueMs, answer } = open({ simulated: true, marketSpeed: 60 });
    answer(START_MS);
    await clock.advance(PERIOD_MS);
    expect(answer(trueMs())).toBeNull();
  });

  test("is right after an outage of any length", async () => {
    const { clock, trueMs, answer } = open();
    answer(START_MS);
    await clock.advance(86_400_000);
    expect(answer(trueMs())).toBeNull();
  });
});

test("a server that is 60 s behind and alternates with good ones costs a repetition, and throws no candles away", async () => {
  const exchange = createTinyExchange(["BTCUSDT"], START_MS);
  exchange.marketSpeed = 1;
  await using opened = openGateway(exchange);
  const { gateway, clock, signal } = opened;
  let answers = 0;
  exchange.overrides.set(TICKERS, (response) => {
    answers += 1;
    const lagMs = answers % 2 === 0 ? 60_000 : 0;
    sendJson(response, envelope({ list: exchange.tickers }, exchange.nowMs - lagMs));
  });
  const times: number[] = [];
  for (let refresh = 0; refresh < 6; refresh++) {
    exchange.nowMs = START_MS + clock.monotonicMs();
    const { asOfMs, tickers } = await whileTimePasses(clock, gateway.collectMarket(signal));
    times.push(asOfMs);
    for (const ticker of tickers) {
      await whileTimePasses(clock, gateway.collectSymbol(ticker, asOfMs, signal));
    }
    await clock.advance(PERIOD_MS);
  }
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  // Four of the cold start, and one of each minute.
  expect(exchange.countOf(KLINE)).toBeLessThan(4 + 4);
});
