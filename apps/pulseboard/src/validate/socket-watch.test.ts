import { systemClock } from "@pulseboard/runtime";
import type { followSnapshots } from "@pulseboard/server/follow-snapshots";
import { expect, it } from "vitest";
import { watchSocket } from "./socket-watch.ts";

function follow(announcements: number) {
  let isClosed = false;
  const server: typeof followSnapshots = ({ onSnapshot }) => {
    setImmediate(() => {
      for (let sequence = 1; sequence <= announcements && !isClosed; sequence += 1) {
        onSnapshot(sequence);
      }
    });
    return () => {
      isClosed = true;
    };
  };
  return watchSocket({ base: "http://127.0.0.1", headers: {} }, systemClock, 5_000, server);
}

it("shows the last of many announcements, of which none is the right one", async () => {
  const socket = follow(100);
  expect(await socket.announced(100, 5_000)).toBeNull();
  expect(await socket.announced(101, 0)).toBe("sequence 101 was not announced within 0 s, but 98, 99, 100");
});

it("leaves a server that announces without end", async () => {
  expect(await follow(1e9).announced(-1, 5_000)).toBe("more than 1000 sequences were announced");
});
