import { describe, expect, it } from "vitest";
import { parseAlerts, parseAnalysis, parseSnapshot, parseSymbols } from "../documents/parse.ts";
import type { SnapshotDocuments } from "../documents/snapshot-documents.ts";
import { exampleDocuments } from "../example/example-documents.ts";
import type { Missing } from "../shared/missing-reason.ts";
import { documentsOf, unknownMarket } from "../testing/sample-documents.ts";
import { withStaleReason } from "./body-head.ts";
import { SNAPSHOT_ROUTES } from "./routes.ts";

const failure = { startedAtMs: 1_749_556_700_900, code: "no_snapshot", message: "There is none yet." } as const;
const documents = documentsOf();
const BAN = { code: "exchange_paused:exchange_banned", since: 1_749_556_700, until: 1_749_557_300 };

/** Every null in a body by its path, rows of lists by their symbol; a regime that is UNKNOWN counts as one. */
function nullsOf(value: unknown, path = ""): string[] {
  if (value === null || value === "UNKNOWN") {
    return [path];
  }
  if (typeof value !== "object") {
    return [];
  }
  const at = (name: string) => (path === "" ? name : `${path}.${name}`);
  return Array.isArray(value)
    ? value.flatMap((row) => nullsOf(row, at(row?.symbol ?? "?")))
    : Object.entries(value).flatMap(([name, member]) => nullsOf(member, at(name)));
}

describe("every route", () => {
  it("is of the contract, and the contract's routes are all there", () => {
    expect(SNAPSHOT_ROUTES.map(({ path }) => path).toSorted()).toEqual(
      [
        "/api/dashboard/mobile-data",
        "/api/snapshot",
        "/api/market/overview",
        "/api/dashboard/market-overview",
        "/api/dashboard/overview",
        "/api/dashboard/symbols",
        "/api/dashboard/market-movers",
        "/api/dashboard/opportunities",
        "/api/dashboard/perpetuals-pulse",
        "/api/dashboard/alerts",
        "/api/dashboard/news",
        "/api/dashboard/beta-chart",
        "/api/coingecko/summary",
      ].toSorted(),
    );
  });

  it.each(SNAPSHOT_ROUTES.map((route) => [route.path, route] as const))(
    "%s has a body of its schema, fresh and stale, whatever is known",
    (_path, { project, schema, projectError, errorSchema }) => {
      for (const given of [documents, exampleDocuments(), unknownMarket()]) {
        for (const freshness of ["fresh", "stale"] as const) {
          const body: unknown = JSON.parse(JSON.stringify(project(given, freshness)));
          expect(schema.safeParse(body).error?.issues ?? []).toEqual([]);
          if (typeof body === "object" && body !== null && "stale" in body) {
            expect(body).toMatchObject(
              freshness === "fresh"
                ? { status: "success", stale: false, data_source: "live", stale_reason: null }
                : { status: "success", stale: true, data_source: "stale", stale_reason: null },
            );
          }
          const explained: unknown = JSON.parse(JSON.stringify(withStaleReason(body, BAN)));
          expect(schema.safeParse(explained).error?.issues ?? []).toEqual([]);
          if (typeof body === "object" && body !== null && "stale" in body) {
            expect(explained).toEqual({ ...body, stale_reason: body.stale ? BAN : null });
          } else {
            expect(explained).toEqual(body);
          }
        }
      }
      const error: unknown = JSON.parse(JSON.stringify(projectError(failure)));
      expect(errorSchema.safeParse(error).error?.issues ?? []).toEqual([]);
      if (typeof error === "object" && error !== null && "timestamp" in error) {
        expect(error).toMatchObject({ status: "error", error: "no_snapshot", timestamp: 1_749_556_700 });
      }
    },
  );

  it.each(
    SNAPSHOT_ROUTES.filter(({ errorSchema, schema }) => errorSchema !== schema).map(
      (route) => [route.path, route] as const,
    ),
  )("%s has an entry in missing for each null", (_path, route) => {
    const {
      missing,
      sections: _sections,
      stale_reason: _reason,
      ...shown
    } = route.project(unknownMarket(), "fresh") as { missing: Missing; sections?: unknown; stale_reason: null };
    const known = new Set(Object.keys(missing));
    // The rows of a list that is an alias have their entries under the original's name.
    const repeated = /^(symbols|top_symbols)\./;
    const unexplained = nullsOf(shown).filter(
      (path) => !known.has(path) && !known.has(path.replace(repeated, "confluence_scores.")),
    );
    expect(unexplained).toEqual([]);
  });
});

describe("/api/dashboard/alerts and opportunities", () => {
  const bodyOf = (path: string, given: SnapshotDocuments) =>
    SNAPSHOT_ROUTES.find((route) => route.path === path)?.project(given, "fresh");

  it("are bare lists", () => {
    const example = exampleDocuments();
    expect(bodyOf("/api/dashboard/alerts", example)).toEqual(example.alerts?.alerts);
    expect(bodyOf("/api/dashboard/alerts", { ...example, alerts: null })).toEqual([]);
    expect(bodyOf("/api/dashboard/opportunities", example)).toEqual(example.snapshot.opportunities);
    for (const { path, projectError } of SNAPSHOT_ROUTES) {
      if (/(alerts|opportunities)$/.test(path)) {
        expect(projectError(failure)).toEqual([]);
      }
    }
  });
});

describe("routes that are not offered", () => {
  it.each([
    ["/api/dashboard/news", { status: "unavailable", news: [] }],
    ["/api/dashboard/beta-chart", { status: "unavailable", chart_data: [] }],
    ["/api/coingecko/summary", { status: "unavailable" }],
  ])("%s says so, with and without a snapshot", (path, expected) => {
    const route = SNAPSHOT_ROUTES.find((candidate) => candidate.path === path);
    expect(route?.project(documents, "stale")).toMatchObject(expected);
    expect(route?.projectError(failure)).toMatchObject(expected);
  });
});

describe("the example", () => {
  it("is made of documents that readers accept", () => {
    const { snapshot, symbols, analyses, alerts } = exampleDocuments();
    expect(parseSnapshot(JSON.stringify(snapshot))).toMatchObject({ ok: true });
    expect(parseSymbols(JSON.stringify(symbols))).toMatchObject({ ok: true });
    expect(parseAlerts(JSON.stringify(alerts))).toMatchObject({ ok: true });
    for (const analysis of analyses.values()) {
      expect(parseAnalysis(JSON.stringify(analysis))).toMatchObject({ ok: true });
    }
    expect(snapshot.simulated).toBe(true);
  });
});
