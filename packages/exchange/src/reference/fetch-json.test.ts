import { once } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { expect, test } from "vitest";
import { startHostileServer } from "../testing/hostile-server.ts";
import { fetchJson } from "./fetch-json.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

test.each(["nothing of its body", "half its body"])(
  "gives up an answer that stalls after %s, and its connection, although the garbage collector ran meanwhile",
  async (name) => {
    let closed: Promise<unknown> | null = null;
    await using server = await startHostileServer((response) => {
      closed = once(response, "close");
      response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
      if (name === "half its body") {
        response.write('{"a":');
      } else {
        response.flushHeaders();
      }
    });
    const clock = createFakeClock();
    const asked = server.nextRequest("/");
    const { signal } = new AbortController();
    const answer = fetchJson(new URL("/", server.url), { clock, timeoutMs: 8000, signal });
    const failed = expect(answer).rejects.toMatchObject({ code: "reference_timeout" });
    await asked;
    // The headers arrive, and what `fetch` has held by them alone is collected.
    for (let turn = 0; turn < 200; turn++) {
      await nextTurn();
    }
    collectGarbage();
    await nextTurn();
    collectGarbage();
    await clock.advance(8000);
    await failed;
    await closed;
  },
);
