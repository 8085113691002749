import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { handleLater, loadLater } from "./load-later.ts";
import { createLogLines } from "./testing/log-lines.ts";

describe("loadLater", () => {
  it("loads once, however many ask before it is there", async () => {
    let loads = 0;
    const later = loadLater(async () => {
      loads += 1;
      return "loaded";
    });
    expect(later.loaded()).toBeNull();
    expect(await Promise.all([later.load(), later.load()])).toEqual(["loaded", "loaded"]);
    expect(await later.load()).toBe("loaded");
    expect(later.loaded()).toBe("loaded");
    expect(loads).toBe(1);
  });

  it("tries again after a failure", async () => {
    let loads = 0;
    const later = loadLater(async () => {
      loads += 1;
      if (loads === 1) {
        throw new Error("no such file");
      }
      return "loaded";
    });
    await expect(later.load()).rejects.toThrow("no such file");
    expect(later.loaded()).toBeNull();
    expect(await later.load()).toBe("loaded");
  });
});

describe("handleLater", () => {
  it("lets the first requests wait, answers a failure with its id, and tries again with the next request", async () => {
    const { log, lines } = createLogLines();
    let loads = 0;
    const later = loadLater(async () => {
      loads += 1;
      if (loads === 1) {
        throw new Error("no such file");
      }
      return (_: unknown, response: { end: (text: string) => void }) => response.end("here");
    });
    const server = createServer(handleLater(later, log)).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/healthz`;

    const failed = await fetch(url);
    expect(failed.status).toBe(500);
    expect(await failed.text()).not.toContain("no such file");
    expect(lines).toMatchObject([{ msg: "Request failed", requestId: failed.headers.get("x-request-id") }]);

    const answers = await Promise.all([fetch(url), fetch(url)]);
    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual(["here", "here"]);
    expect(loads).toBe(2);
  });
});
