import { get as httpGet, type IncomingHttpHeaders } from "node:http";
import { buffer } from "node:stream/consumers";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { hourlyCron } from "@pulseboard/testing/hourly-cron";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { untilSnapshot } from "./support/ask.mts";
import { type Nginx, startDocumentedNginx } from "./support/nginx.mts";
import { pacedLoad } from "./support/paced-load.mts";
import {
  type Pulseboard,
  type SimulatorProgram,
  simulated,
  startPulseboard,
  startSimulatorProgram,
} from "./support/program.mts";

const PATH = "/api/dashboard/mobile-data";
const LIMIT_PER_MINUTE = 200;
const SYMBOLS = 3;

interface Asked {
  /** Where the client comes from: any of 127.0.0.0/8 on Linux. */
  readonly from?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** As it comes over the wire. */
function ask(url: string, { from = "127.0.0.1", headers = {} }: Asked = {}) {
  return new Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }>((resolve, reject) => {
    const asked = httpGet(url, { headers, localAddress: from, agent: false, timeout: 60_000 }, (response) => {
      buffer(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        reject,
      );
    });
    asked.on("error", reject).on("timeout", () => asked.destroy(new Error("no answer for 60 s")));
  });
}

describe("behind nginx, as docs/operations.md sets it up", () => {
  let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
  let simulator: SimulatorProgram;
  let pulseboard: Pulseboard;
  let nginx: Nginx;
  let metricsUrl = "";

  /** Requests for data that have reached the server. */
  const reachedServer = async (): Promise<number> => {
    const text = await (await fetch(metricsUrl)).text();
    const counts = text.matchAll(new RegExp(`^pulseboard_http_requests_total\\{route="${PATH}".* (\\d+)$`, "gm"));
    return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
  };

  beforeAll(async () => {
    folder = await createTemporaryFolder();
    simulator = await startSimulatorProgram("--seed", "31");
    pulseboard = await startPulseboard({
      ...simulated(simulator.url, folder.path),
      SYMBOL_COUNT: String(SYMBOLS),
      // So that the same snapshot is served throughout.
      REFRESH_CRON: hourlyCron(),
      RATE_LIMIT_PER_MINUTE: String(LIMIT_PER_MINUTE),
      TRUST_PROXY: "loopback",
    });
    [metricsUrl] = await pulseboard.printed(/http:\/\/127\.0\.0\.1:\d+\/metrics/);
    await untilSnapshot(pulseboard.url, ({ sections }) => sections.scores.received === SYMBOLS);
    nginx = await startDocumentedNginx(new URL(pulseboard.url).host);
  });

  afterAll(async () => {
    await nginx?.stop();
    await pulseboard?.stop();
    await simulator?.stop();
    await folder?.remove();
  });

  it("of 3,000 requests in 3 s, a few reach the server, and all get the snapshot", async () => {
    const before = await reachedServer();
    const statuses = new Map<number | undefined, number>();
    const { answered, tookS } = await pacedLoad(nginx.url + PATH, {
      perSecond: 1000,
      requests: 3000,
      headers: () => ({ "accept-encoding": "gzip" }),
      onAnswer: (_, { statusCode }) => statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1),
    });
    expect(answered).toBe(3000);
    expect([...statuses]).toEqual([[200, 3000]]);
    const reached = (await reachedServer()) - before;
    expect(reached).toBeGreaterThan(0);
    // One in a second, and none but one at the same time.
    expect(reached).toBeLessThanOrEqual(Math.ceil(tookS) + 1);
  });

  it("each coding has its own bytes and tag, and a client that has them gets 304", async () => {
    const direct = await ask(pulseboard.url + PATH);
    const [plain, gzip, br] = await Promise.all(
      ["identity", "gzip, deflate", "gzip, deflate, br, zstd"].map((coding) =>
        ask(nginx.url + PATH, { headers: { "accept-encoding": coding } }),
      ),
    );
    expect(plain?.body.equals(direct.body)).toBe(true);
    expect(gunzipSync(gzip?.body ?? "").equals(direct.body)).toBe(true);
    expect(brotliDecompressSync(br?.body ?? "").equals(direct.body)).toBe(true);
    const refusing = await ask(nginx.url + PATH, { headers: { "accept-encoding": "br;q=0, gzip;q=0" } });
    expect(refusing.body.equals(direct.body)).toBe(true);
    const tags = [plain, gzip, br].map((answer) => answer?.headers.etag ?? "");
    expect(new Set(tags).size).toBe(3);
    const [, gzipTag = "", brTag = ""] = tags;
    const withTag = (etag: string) =>
      ask(nginx.url + PATH, { headers: { "accept-encoding": "gzip", "if-none-match": etag } });
    expect(await withTag(gzipTag)).toMatchObject({ status: 304, headers: { etag: gzipTag }, body: Buffer.alloc(0) });
    expect((await withTag(brTag)).status).toBe(200);
  });

  it("gives the snapshot's age, at most a second too low, and its sequence", async () => {
    for (let asked = 0; asked < 5; asked++) {
      const through = (await ask(nginx.url + PATH)).headers;
      const direct = (await ask(pulseboard.url + PATH)).headers;
      const behindS = Number(direct["x-snapshot-age"]) - Number(through["x-snapshot-age"]);
      // Each is cut to whole seconds.
      expect([0, 1, 2]).toContain(behindS);
      expect(through["x-snapshot-sequence"]).toBe(direct["x-snapshot-sequence"]);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  });

  // Elsewhere 127.0.0.2 is not an address of this machine.
  describe.runIf(process.platform === "linux")("the limit", () => {
    it("counts each client by its real address, whatever its headers claim, and refusals are not cached for others", async () => {
      const alone = "127.0.0.77";
      const statuses: number[] = [];
      for (let asked = 0; asked < LIMIT_PER_MINUTE + 10; asked++) {
        const headers = { "x-forwarded-for": `203.0.113.${asked}` };
        statuses.push((await ask(`${nginx.url}/healthz`, { from: alone, headers })).status);
      }
      expect(statuses.filter((status) => status === 200)).toHaveLength(LIMIT_PER_MINUTE);
      const refused = await ask(`${nginx.url}${PATH}?fresh`, { from: alone });
      expect(refused.status).toBe(429);
      expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
      expect((await ask(`${nginx.url}${PATH}?fresh`, { from: "127.0.0.78" })).status).toBe(200);
      expect((await openSocket(alone)).answer).toContain("429");
      expect((await openSocket("127.0.0.78")).answer).toBe("open");
    });
  });

  it("/ws passes, and announces the snapshot", async () => {
    const { answer, heard } = await openSocket("127.0.0.1");
    expect(answer).toBe("open");
    expect(heard).toMatchObject({ type: "snapshot", sequence: expect.any(Number) });
  });

  it("while the server is down, phones still get the copy that nginx has", async () => {
    expect((await ask(nginx.url + PATH)).status).toBe(200);
    await pulseboard.stop();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect((await ask(nginx.url + PATH)).status).toBe(200);
  });

  async function openSocket(from: string): Promise<{ answer: string; heard: unknown }> {
    const socket = new WebSocket(`${nginx.url.replace("http", "ws")}/ws`, { localAddress: from });
    try {
      return await new Promise((resolve) => {
        socket.once("message", (data) => resolve({ answer: "open", heard: JSON.parse(String(data)) }));
        socket.once("error", ({ message }) => resolve({ answer: message, heard: null }));
      });
    } finally {
      socket.terminate();
    }
  }
});
