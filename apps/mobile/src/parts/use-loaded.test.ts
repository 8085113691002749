import { expect, test } from "vitest";
import { afterLoading, type LoadedState, retryAfterMs } from "./use-loaded.ts";

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
  [1, 3000],
  [2, 6000],
  [3, 12_000],
  [4, 24_000],
  [5, 30_000],
  [500, 30_000],
])("after %d attempts in vain the next is %d ms later", (attempts, waitMs) => {
  expect(retryAfterMs(attempts)).toBe(waitMs);
});
