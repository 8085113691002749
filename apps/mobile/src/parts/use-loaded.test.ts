import { expect, test } from "vitest";
import { afterLoading, isToBeRetried, type LoadedState, retryAfterMs } from "./use-loaded.ts";

const WAITING: LoadedState<string> = { value: null, fromDevice: false, failure: null };
const SHOWN: LoadedState<string> = { value: "shown", fromDevice: false, failure: null };

test("what comes from the server is shown, and ends a failure", () => {
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

test("the copy on the device is better than nothing", () => {
  expect(afterLoading(WAITING, { ok: true, value: "kept", fromDevice: true })).toEqual({
    value: "kept",
    fromDevice: true,
    failure: null,
  });
});

test("and does not take the place of what this page has loaded, which may be newer; that the server is away is said", () => {
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
])("after %d attempts in vain the next is %d ms later", (attempts, waitMs) => {
  expect(retryAfterMs(attempts)).toBe(waitMs);
});

test.each([
  ["nothing", { ok: false, reason: "No connection." }, true],
  ["a copy on the device", { ok: true, value: 7, fromDevice: true }, true],
  ["the body of the snapshot before", { ok: true, value: 6, fromDevice: false }, true],
  ["the body of a server that began to count anew", { ok: true, value: 1, fromDevice: false }, true],
  ["the body of the snapshot on the screen", { ok: true, value: 7, fromDevice: false }, false],
] as const)("after %s it is asked for again: %o, %s", (_what, loaded, isRetried) => {
  expect(isToBeRetried(loaded, 7, (value, sequence) => value === sequence)).toBe(isRetried);
});
