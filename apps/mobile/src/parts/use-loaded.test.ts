import { expect, test } from "vitest";
import { afterLoading, isToBeRetried, type LoadingState, retryAfterMs } from "./use-loaded.ts";

const WAITING: LoadingState<string> = { value: null, fromDevice: false, failure: null };
const SHOWN: LoadingState<string> = { value: "shown", fromDevice: false, failure: null };

test("a body from the server is shown, and clears a failure", () => {
  const failed = { value: "shown", fromDevice: true, failure: "No connection." };
  expect(afterLoading(failed, { ok: true, value: "new", fromDevice: false })).toEqual({
    value: "new",
    fromDevice: false,
    failure: null,
  });
});

test.each([WAITING, SHOWN])("a failure is said and takes nothing away: %j", (before) => {
  expect(afterLoading(before, { ok: false, reason: "No connection." })).toEqual({
    ...before,
    failure: "No connection.",
  });
});

test("a copy on the device is better than nothing", () => {
  expect(afterLoading(WAITING, { ok: true, value: "kept", fromDevice: true })).toEqual({
    value: "kept",
    fromDevice: true,
    failure: null,
  });
});

test("a copy does not replace a body loaded before, which may be newer; the server's absence is reported", () => {
  expect(afterLoading(SHOWN, { ok: true, value: "kept", fromDevice: true })).toEqual({
    value: "shown",
    fromDevice: true,
    failure: null,
  });
});

test.each([
  [1, 1000],
  [2, 2000],
  [3, 4000],
  [5, 16_000],
  [6, 30_000],
  [500, 30_000],
])("after %d failed attempts the next comes %d ms later", (attempts, waitMs) => {
  expect(retryAfterMs(attempts)).toBe(waitMs);
});

test.each([
  ["nothing", { ok: false, reason: "No connection." }, true],
  ["a copy on the device", { ok: true, value: 7, fromDevice: true }, true],
  ["the body of the snapshot before", { ok: true, value: 6, fromDevice: false }, true],
  ["the body of a server that has started to count again", { ok: true, value: 1, fromDevice: false }, true],
  ["the body of the snapshot on the screen", { ok: true, value: 7, fromDevice: false }, false],
] as const)("after %s it is requested again: %o, %s", (_what, loaded, isRetried) => {
  expect(isToBeRetried(loaded, 7, (value, sequence) => value === sequence)).toBe(isRetried);
});
