import { expect, it } from "vitest";
import { refreshResult } from "./use-refresh.ts";

const well = { connection: "online", failure: null, serverError: null } as const;

it.each([
  ["an answer", well, 61_000, "Refreshed. The newest data is 1 min old."],
  ["a snapshot of unknown age", well, null, "Refreshed. The age of the newest data is unknown."],
  [
    "no server",
    { ...well, connection: "offline", failure: { kind: "unreachable" } },
    1000,
    /^Not refreshed\. .*reached/,
  ],
  [
    "a server without data",
    { ...well, serverError: { error: "no_snapshot", message: "M." } },
    1000,
    /^Not refreshed\. .*no data/,
  ],
  ["nothing, because the page was hidden meanwhile", { ...well, connection: "connecting" }, 1000, ""],
] as const)("%s", (_name, state, ageMs, expected) => {
  const result = refreshResult(state, ageMs);
  if (typeof expected === "string") {
    expect(result).toBe(expected);
  } else {
    expect(result).toMatch(expected);
  }
});
