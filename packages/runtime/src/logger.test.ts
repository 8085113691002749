import { describe, expect, test } from "vitest";
import { PulseboardError } from "./errors.ts";
import { createLogger, type LogLevel } from "./logger.ts";

function createLog(level: LogLevel, pretty: boolean) {
  const written: string[] = [];
  const log = createLogger({ level, pretty, destination: { write: (line) => written.push(line) } });
  return { log, written };
}

const unreachable = new PulseboardError("api.bybit.com refused the connection", {
  code: "exchange_unreachable",
  retryable: true,
  hint: "Try npm run demo.",
  cause: Object.assign(new Error("connect ECONNREFUSED 10.0.0.1:443"), { code: "ECONNREFUSED" }),
});

describe("The log of a terminal", () => {
  test("is one line for each record: time, level, message, fields", () => {
    const { log, written } = createLog("info", true);
    log.info({ sequence: 12, symbols: ["BTCUSDT"], note: "two words", took: null }, "Snapshot published");
    log.debug("not shown");
    expect(written).toHaveLength(1);
    expect(written[0]).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} INFO {2}Snapshot published sequence=12 symbols=\["BTCUSDT"\] note="two words" took=null\n$/,
    );
  });

  test("logs a PulseboardError in one line: code, message, hint", () => {
    const { log, written } = createLog("info", true);
    log.warn({ err: unreachable, attempt: 2 }, "No refresh");
    expect(written.join("")).toMatch(
      /^\S+ WARN {2}No refresh attempt=2: exchange_unreachable: api\.bybit\.com refused the connection \(Try npm run demo\.\)\n$/,
    );
  });

  test("prints an error that was logged alone once, not twice", () => {
    const { log, written } = createLog("info", true);
    log.error(unreachable);
    expect(written.join("")).toMatch(/^\S+ ERROR exchange_unreachable: api\.bybit\.com refused the connection \(Try/);
    log.error({ err: unreachable, attempt: 2 });
    expect(written[1]).toMatch(
      /^\S+ ERROR attempt=2: exchange_unreachable: api\.bybit\.com refused the connection \(Try/,
    );
    expect(written.join("").match(/refused/g)).toHaveLength(2);
  });

  test("prints a defect in one line, with the place where it happened", () => {
    const { log, written } = createLog("info", true);
    log.error({ err: new TypeError("x is not a function") }, "Refresh failed");
    expect(written.join("")).toMatch(
      /^\S+ ERROR Refresh failed: TypeError: x is not a function \(at .*logger\.test\.ts:\d+:\d+\)?\)\n$/,
    );
  });

  test("adds the stacks, also of causes, at debug level", () => {
    const { log, written } = createLog("debug", true);
    log.warn({ err: unreachable }, "No refresh");
    expect(written.join("")).toMatch(
      /\(Try npm run demo\.\)\nPulseboardError: .*\n +at [\s\S]*caused by ECONNREFUSED:\nError: connect/,
    );
  });

  test("stays on its line and sends no terminal codes, whatever came from outside", () => {
    const { log, written } = createLog("info", true);
    log.warn({ body: "a\nb\u001b[2J" }, "Bad body:\n<html>\u001b[31m");
    expect(written).toHaveLength(1);
    expect(written[0]).toMatch(/^\P{Cc}*\n$/u);
    expect(written[0]).toContain("Bad body: | <html>");
  });
});

describe("The log of a service", () => {
  test("is one JSON object on each line, with level and time in words", () => {
    const { log, written } = createLog("info", false);
    log.info({ sequence: 12 }, "Snapshot published");
    expect(JSON.parse(written.join(""))).toEqual({
      level: "info",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      pid: process.pid,
      sequence: 12,
      msg: "Snapshot published",
    });
  });

  test("has all that is known about a PulseboardError, and its causes", () => {
    const { log, written } = createLog("info", false);
    log.warn({ err: unreachable }, "No refresh");
    expect(JSON.parse(written.join("")).err).toEqual({
      type: "PulseboardError",
      code: "exchange_unreachable",
      message: "api.bybit.com refused the connection",
      hint: "Try npm run demo.",
      retryable: true,
      cause: { type: "Error", code: "ECONNREFUSED", message: "connect ECONNREFUSED 10.0.0.1:443" },
    });
  });

  test("has the stack of a defect, and the parts of an error without a message", () => {
    const { log, written } = createLog("info", false);
    log.error({ err: new AggregateError([new Error("::1 refused"), new Error("127.0.0.1 refused")]) }, "x");
    log.error({ err: "a string was thrown" }, "y");
    const [first, second] = written.map((line) => JSON.parse(line).err);
    expect(first.message).toBe("::1 refused; 127.0.0.1 refused");
    expect(first.stack).toContain("logger.test.ts");
    expect(second).toEqual({ type: "string", code: "not_an_error", message: "a string was thrown" });
  });

  test("does not follow causes forever", () => {
    const { log, written } = createLog("info", false);
    const circular = new Error("round");
    circular.cause = circular;
    log.error({ err: circular }, "x");
    expect(written).toHaveLength(1);
  });
});

describe.each([true, false])("Any log (pretty: %s)", (pretty) => {
  test("shows no credential, in whatever it is hidden", () => {
    const { log, written } = createLog("debug", pretty);
    const url = "redis://default:hunter2@10.0.0.1:6379";
    log.info({ token: "hunter2", password: "hunter2", secret: "hunter2" }, "fields");
    log.info({ request: { headers: { authorization: "hunter2", cookie: "hunter2" } } }, "nested fields");
    log.info({ url, list: [url] }, `message ${url}`);
    log.info({ header: "Bearer hunter2" }, "GET /refresh?token=hunter2");
    log.error({ err: new Error(`Cannot connect to ${url}`, { cause: new Error(url) }) }, "error");
    log.child({ url }).info("child");
    expect(written.length).toBe(6);
    expect(written.join("")).not.toContain("hunter2");
    expect(written.join("")).toContain("redis://***@10.0.0.1:6379");
  });

  test("logs nothing at level silent", () => {
    const { log, written } = createLog("silent", pretty);
    log.fatal("nothing");
    expect(written).toEqual([]);
  });
});
