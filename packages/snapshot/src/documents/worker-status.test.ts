import { expect, test } from "vitest";
import { formatWorkerStatus, MAX_WORKER_STATUS_BYTES, parseWorkerStatus, type WorkerStatus } from "./worker-status.ts";

const AT = "2026-11-30T12:00:00.000Z";
const STATUS: WorkerStatus = {
  format: 1,
  written_at: AT,
  version: "0.1.0",
  origin: "bybit",
  pid: 4711,
  host: "vps",
  data_dir: "/srv/pulseboard/data",
  started_at: AT,
  period_ms: 30_000,
  reasons: [{ code: "store_unwritable:disk", since: AT, until: null }],
  last_attempt_at: AT,
  last_success_at: null,
  last_failure: { at: AT, code: "exchange_banned", endpoint: "/v5/market/kline", until: AT },
  exchange_pauses: [{ scope: "address", code: "exchange_banned", until: AT }],
};

test("is read as it was written", () => {
  expect(parseWorkerStatus(formatWorkerStatus(STATUS))).toEqual({ ok: true, status: STATUS });
});

test("stays within 2 KB, however long the names and lists are", () => {
  const reason = { code: "x".repeat(64), since: AT, until: AT };
  const text = formatWorkerStatus({
    ...STATUS,
    host: "ü".repeat(300),
    data_dir: `/${"ü".repeat(4000)}/data`,
    reasons: Array.from({ length: 40 }, () => reason),
    exchange_pauses: Array.from({ length: 40 }, () => ({ scope: "address", code: "y".repeat(64), until: AT })),
  });
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_WORKER_STATUS_BYTES);
  expect(parseWorkerStatus(text)).toMatchObject({ ok: true });
});

test.each([
  "",
  "{",
  "null",
  "{}",
  JSON.stringify({ ...STATUS, format: 2 }),
  JSON.stringify({ ...STATUS, written_at: 5 }),
  JSON.stringify({ ...STATUS, reasons: [{ code: "<script>", since: AT, until: null }] }),
  JSON.stringify({ ...STATUS, data_dir: "x".repeat(3000) }),
])("is refused with a reason when it is something else: %s", (text) => {
  expect(parseWorkerStatus(text)).toEqual({ ok: false, problem: expect.any(String) });
});
