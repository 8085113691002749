import { setTimeout as delay } from "node:timers/promises";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Breakage, startBreakingProxy } from "./support/breaking-proxy.mts";
import { startNginxWithPrefix } from "./support/nginx.mts";
import { simulated, startProgram, startPulseboard } from "./support/program.mts";
import { runValidate } from "./support/run-validate.mts";
import { type Demo, startShortPeriodDemo } from "./support/short-period-demo.mts";
import { watchThroughFault } from "./support/watch-through-fault.mts";

const MARKET = "/api/dashboard/mobile-data";

let demo: Demo;

beforeAll(async () => {
  demo = await startShortPeriodDemo();
});

afterAll(() => demo?.stop());

const onMarket =
  (change: (body: Parameters<NonNullable<Breakage["body"]>>[1]) => void) =>
  (path: string, body: unknown): void => {
    if (path === MARKET) {
      change(body);
    }
  };

const failedRows = (sections: Awaited<ReturnType<typeof runValidate>>["sections"]) =>
  sections.flatMap(({ checks }) => checks.filter(({ verdict }) => verdict === "failed").map(({ name }) => name));

interface Broken extends Breakage {
  readonly name: string;
  readonly row: string;
  readonly args?: readonly string[];
}

const BROKEN: readonly Broken[] = [
  { name: "answers 500 on one route", row: "answers", status: (path) => (path.endsWith("/alerts") ? 500 : null) },
  {
    name: "says on one route that there is no snapshot",
    row: "answers",
    body: (path, body) =>
      path.endsWith("/symbols")
        ? { ...body, status: "error", error: "no_snapshot", message: "none", data_source: "error", symbols: [] }
        : body,
  },
  { name: "takes longer than 2 s", row: "in time", delayMs: (path) => (path.endsWith("/alerts") ? 2_100 : 0) },
  {
    name: "has a body that is not as described",
    row: "description",
    body: (path, body) => (path.endsWith("/market-movers") ? { ...body, gainers: {} } : body),
  },
  { name: "sends no ETag", row: "entity tag", dropHeaders: ["etag"] },
  { name: "does not hear If-None-Match", row: "entity tag", dropHeaders: ["if-none-match"] },
  { name: "announces nothing", row: "socket", message: () => null },
  {
    name: "announces another snapshot",
    row: "socket",
    message: (message) => ({ ...message, sequence: message.sequence + 1_000 }),
  },
  { name: "is of another version", row: "version", args: ["--version", "9.9.9"] },
  { name: "serves the simulator's market in production", row: "origin", args: ["--origin", "bybit"] },
  {
    name: "knows few symbols",
    row: "breadth",
    body: onMarket((body) => {
      Object.assign(body.market_breadth, { up: 60, down: 40 });
    }),
  },
  {
    name: "does not know the dominance",
    row: "overview",
    body: onMarket((body) => {
      body.market_overview.btc_dominance = null;
      body.missing["market_overview.btc_dominance"] = "not_provided";
    }),
  },
  {
    name: "has nine whole scores",
    row: "scores",
    body: onMarket((body) => {
      for (const score of body.confluence_scores.slice(9)) {
        score.components.orderflow = null;
      }
    }),
  },
  {
    name: "has no movers",
    row: "movers",
    body: onMarket((body) => {
      body.top_movers = { gainers: [], losers: [] };
    }),
  },
  {
    name: "serves an old snapshot",
    row: "timestamp",
    body: onMarket((body) => {
      body.timestamp -= 60;
    }),
  },
  {
    name: "has a stale section",
    row: "freshness",
    body: onMarket((body) => {
      body.sections.perps.stale = true;
    }),
  },
  {
    name: "serves the same snapshot for ever",
    row: "sequence",
    body: onMarket((body) => {
      body.sequence = 7;
    }),
    message: (message) => ({ ...message, sequence: 7 }),
  },
];

// What is tested measures time: beside other tests it may see a slow server where there is none, and is asked again.
describe("pulseboard validate", { retry: 2 }, () => {
  it("is content with the demo once it has scores, of any expected version and origin", async () => {
    const { code, sections } = await runValidate(demo.url, "--version", "0.1.0", "--origin", "simulator");
    expect(sections.flatMap(({ checks }) => checks).filter(({ verdict }) => verdict !== "ok")).toEqual([]);
    expect(code).toBe(0);
  });

  it("says of an address where nothing listens that it cannot be looked at", async () => {
    const proxy = await startBreakingProxy(demo.url, {});
    await proxy.close();
    const { code, sections } = await runValidate(proxy.url);
    expect(code).toBe(3);
    expect(sections[0]?.checks).toMatchObject([{ name: "answers", verdict: "unknown" }]);
  });

  // Each mostly waits for the next snapshot.
  describe.concurrent("names what is wrong with a server, and nothing else:", () => {
    it.each(BROKEN)("one that $name: $row", { timeout: 120_000 }, async ({ row, args = [], ...breakage }) => {
      const proxy = await startBreakingProxy(demo.url, breakage);
      try {
        const { code, sections } = await runValidate(proxy.url, ...args);
        const wrong = sections.flatMap(({ checks }) => checks).filter(({ verdict }) => verdict !== "ok");
        expect(wrong.map(({ name, verdict }) => ({ name, verdict }))).toEqual([{ name: row, verdict: "failed" }]);
        expect(wrong[0]?.cure).toMatch(/^[A-Z].+\.$/);
        expect(code).toBe(1);
      } finally {
        await proxy.close();
      }
    });
  });

  it.each<[string, string]>([
    ["what phones ask for", MARKET],
    ["its description", "/openapi.json"],
  ])("names one fault also where others cannot be looked at then: a server without %s", async (_what, broken) => {
    const proxy = await startBreakingProxy(demo.url, { status: (path) => (path === broken ? 500 : null) });
    try {
      const { code, sections } = await runValidate(proxy.url);
      expect(failedRows(sections)).toEqual(["answers"]);
      expect(code).toBe(1);
    } finally {
      await proxy.close();
    }
  });

  it("says of a server that has no snapshot yet just that", async () => {
    const folder = await createTemporaryFolder();
    const server = await startPulseboard(simulated("http://127.0.0.1:1", folder.path));
    try {
      const { code, sections } = await runValidate(server.url);
      expect(failedRows(sections)).toEqual(["snapshot"]);
      expect(code).toBe(1);
    } finally {
      await server.stop();
      await folder.remove();
    }
  });

  it("looks through a proxy with a path of its own and a login, and keeps the login to itself", async () => {
    const nginx = await startNginxWithPrefix(demo.url.replace("http://", ""));
    try {
      const withLogin = `${nginx.url.replace("http://", "http://me:secret@")}/pulse/`;
      const { code, sections } = await runValidate(withLogin);
      expect(sections.flatMap(({ checks }) => checks).filter(({ verdict }) => verdict !== "ok")).toEqual([]);
      expect(code).toBe(0);
      expect(JSON.stringify(sections)).not.toContain("secret");
      const without = await runValidate(`${nginx.url}/pulse`);
      expect(failedRows(without.sections)).toEqual(["answers"]);
    } finally {
      await nginx.stop();
    }
  });

  it("allows what may be missing today", async () => {
    const proxy = await startBreakingProxy(demo.url, {
      body: onMarket((body) => {
        body.top_movers = { gainers: [], losers: [] };
        body.sections.reference.stale = true;
        body.market_overview.btc_dominance = null;
      }),
    });
    try {
      const { code, sections } = await runValidate(proxy.url, "--allow", "reference,movers");
      const warned = sections.flatMap(({ checks }) => checks).filter(({ verdict }) => verdict !== "ok");
      expect(warned.map(({ name, verdict }) => `${verdict} ${name}`)).toEqual([
        "warning overview",
        "warning movers",
        "warning freshness",
      ]);
      expect(code).toBe(0);
    } finally {
      await proxy.close();
    }
  });

  it("watches: says at once what changes, and at the end how long the longest gap was", async () => {
    const fault = { watch: "11s", everyS: 1, afterMs: 2_000, forMs: 4_000 };
    const { code, tookS, changes, end } = await watchThroughFault(demo.url, fault);
    expect(changes.slice(0, 2).map(({ name }) => name)).toEqual(["version", "origin"]);
    expect(changes.map(({ name, verdict }) => `${verdict} ${name}`)).toEqual(
      expect.arrayContaining(["failed answers", "ok answers"]),
    );
    expect(changes.filter(({ verdict }) => verdict === "unknown")).toEqual([]);
    expect(end).toMatchObject({ event: "end", exit_code: 1, samples: 11 });
    expect(Math.abs((end?.longest_gap_s ?? 0) - tookS)).toBeLessThanOrEqual(1);
    expect(code).toBe(1);
  });

  it("ends a watch on Ctrl-C with what it has seen, and is content when all was well", async () => {
    const args = [demo.url, "--watch", "1h", "--every", "1s", "--json"];
    const watching = startProgram("validate", args, {});
    await watching.printed(/"name":"origin"/);
    await delay(2_500);
    const { code } = await watching.stop("SIGINT");
    const end = JSON.parse(watching.output().trim().split("\n").at(-1) ?? "");
    expect(end).toMatchObject({ event: "end", exit_code: 0, error_share: 0, fresh_share: 1, longest_gap_s: 0 });
    expect(end.samples).toBeGreaterThanOrEqual(2);
    expect(end.samples).toBeLessThan(60);
    expect(code).toBe(0);
  });
});
