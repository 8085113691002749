import { spawn } from "node:child_process";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, untilSnapshot } from "./support/ask.mts";
import { ROOT } from "./support/program.mts";

describe("npm run demo", () => {
  let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
  let output = "";
  let url = "";
  let npm: ReturnType<typeof spawn>;

  beforeAll(async () => {
    folder = await createTemporaryFolder();
    // As a user starts it: through npm, which hands signals on.
    npm = spawn("npm", ["run", "demo"], {
      cwd: ROOT,
      env: { ...process.env, PORT: "0", ADMIN_PORT: "0", HOST: "127.0.0.1", DATA_DIR: folder.path },
      stdio: ["ignore", "pipe", "pipe"],
    });
    url = await new Promise<string>((resolve, reject) => {
      const read = (chunk: Buffer) => {
        output += chunk.toString();
        const address = /answers at (http:\/\/[^/\s]+)/.exec(output)?.[1];
        if (address !== undefined) {
          resolve(address);
        }
      };
      npm.stdout?.on("data", read);
      npm.stderr?.on("data", read);
      npm.once("close", (code) => reject(new Error(`ended with ${code}:\n${output}`)));
    });
  });

  afterAll(async () => {
    npm?.kill("SIGTERM");
    await folder?.remove();
  });

  it("has a whole market within moments, all of it marked as simulated", async () => {
    const snapshot = await untilSnapshot(url, ({ sections }) => sections.scores.received >= 50);
    expect((snapshot.market_breadth.up ?? 0) + (snapshot.market_breadth.down ?? 0)).toBeGreaterThan(100);
    for (const figure of [
      "trend_strength",
      "btc_dominance",
      "total_volume_24h",
      "btc_price",
      "btc_volatility",
    ] as const) {
      expect(snapshot.market_overview[figure], figure).not.toBeNull();
    }
    expect(snapshot.confluence_scores).toHaveLength(20);
    for (const { symbol, components } of snapshot.confluence_scores) {
      expect(
        Object.values(components).filter((score) => score !== null),
        symbol,
      ).toHaveLength(6);
    }
    expect(snapshot.top_movers.gainers).toHaveLength(5);
    expect(snapshot.top_movers.losers).toHaveLength(5);
    expect(snapshot).toMatchObject({ status: "success", origin: "simulator", simulated: true, stale: false });
    expect(snapshot.market_regime).not.toBe("UNKNOWN");
  });

  it("answers every route with the same sequence", async () => {
    const page = await ask(`${url}/api/snapshot`);
    expect(page.body.confluence_scores).toHaveLength(50);
    expect(page.body).toMatchObject({ simulated: true });
    const overview = await ask(`${url}/api/market/overview`);
    expect(overview.body).toMatchObject({ status: "success", data_source: "live" });
    expect(await ask(`${url}/healthz`)).toMatchObject({ status: 200, body: { status: "ok" } });
    expect(await ask(`${url}/readyz`)).toMatchObject({ status: 200, body: { degraded: [] } });
  });

  it("ends within 5 s of Ctrl-C, and leaves nothing running", async () => {
    const simulator = /Simulated exchange at (\S+)/.exec(output)?.[1] ?? "";
    expect((await fetch(`${simulator}/__stats`)).status).toBe(200);
    const startedMs = performance.now();
    const ended = new Promise<number | null>((resolve) => npm.once("close", resolve));
    npm.kill("SIGINT");
    expect(await ended).toBe(0);
    // By the program's own clock; npm and a busy machine may take a while to notice.
    const tookMs = Number(/"tookMs":(\d+),"msg":"Ended"/.exec(output)?.[1]);
    expect(tookMs).toBeLessThan(5_000);
    expect(performance.now() - startedMs).toBeLessThan(15_000);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow("fetch failed");
    await expect(fetch(`${simulator}/__stats`)).rejects.toThrow("fetch failed");
  });
});
