import { expect, it } from "vitest";
import { handedOverDescriptor } from "./handed-over-descriptor.ts";

it.each([
  ["none is promised", {}, undefined],
  ["one is promised to whoever runs", { LISTEN_FDS: "1" }, 3],
  ["one is promised to this process", { LISTEN_FDS: "1", LISTEN_PID: "42" }, 3],
  ["one was promised to the process that started this one", { LISTEN_FDS: "1", LISTEN_PID: "41" }, undefined],
  ["several are promised, of which none is known to be the phones'", { LISTEN_FDS: "2", LISTEN_PID: "42" }, undefined],
])("the listening socket when %s", (_, env, expected) => {
  expect(handedOverDescriptor(env, 42)).toBe(expected);
});
