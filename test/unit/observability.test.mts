import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createMetrics } from "@pulseboard/runtime";
import { beforeAll, describe, expect, it } from "vitest";
import { alertRules, dashboardExpressions, OBSERVABILITY } from "../integration/support/observability.mts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Prometheus's own series, and what every target has besides its metrics. */
const OF_PROMETHEUS = ["up"];
const OF_TARGETS = ["job", "instance"];

/** The label names of each series that Pulseboard has, its histograms' parts among them. */
async function seriesOfPulseboard(): Promise<ReadonlyMap<string, readonly string[]>> {
  const metrics = createMetrics();
  const labels = new Map<string, readonly string[]>();
  const all = await metrics.text();
  for (const [, name = "", type] of all.matchAll(/^# TYPE (\w+) (\w+)/gm)) {
    const [, of = ""] = new RegExp(`^${name}\\{([^}]*)\\}`, "m").exec(all) ?? [];
    labels.set(
      name,
      [...of.matchAll(/(\w+)="/g)].map(([, label = ""]) => label),
    );
    if (type === "histogram") {
      for (const part of ["_bucket", "_sum", "_count"]) {
        labels.set(`${name}${part}`, []);
      }
    }
  }
  for (const metric of Object.values(metrics) as readonly unknown[]) {
    if (typeof metric === "object" && metric !== null && "name" in metric && "labelNames" in metric) {
      const names = metric.labelNames as readonly string[];
      labels.set(String(metric.name), names);
      labels.set(`${metric.name}_bucket`, [...names, "le"]);
    }
  }
  return labels;
}

const isSeries = /\b(?:pulseboard|nodejs|process)_\w+\b|\bup\b/g;
const expressions = [...alertRules().map(({ expr }) => expr), ...dashboardExpressions()];

describe("the alert rules and the dashboard", () => {
  let series: ReadonlyMap<string, readonly string[]>;

  beforeAll(async () => {
    series = await seriesOfPulseboard();
  });

  it("name only metrics that exist", () => {
    expect(expressions.length).toBeGreaterThan(50);
    const named = expressions.flatMap((expr) => expr.match(isSeries) ?? []);
    expect(new Set(named).size).toBeGreaterThan(30);
    expect(named.filter((name) => !series.has(name) && !OF_PROMETHEUS.includes(name))).toEqual([]);
  });

  it("name only labels that these metrics have", () => {
    const matched = expressions.flatMap((expr) =>
      [...expr.matchAll(/\b(\w+)\{([^}]*)\}/g)].flatMap(([, name = "", matchers = ""]) =>
        [...matchers.matchAll(/(\w+)(?:=|!)/g)].map(([, label = ""]) => ({ name, label })),
      ),
    );
    expect(matched.length).toBeGreaterThan(10);
    const isKnown = ({ name, label }: { name: string; label: string }) =>
      OF_TARGETS.includes(label) || series.get(name)?.includes(label);
    expect(matched.filter((each) => !isKnown(each))).toEqual([]);

    const grouped = expressions.flatMap((expr) => {
      const known = (expr.match(isSeries) ?? []).flatMap((name) => series.get(name) ?? []);
      const labels = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, names = ""]) => names.split(", "));
      return labels.filter((label) => ![...OF_TARGETS, ...known].includes(label)).map((label) => ({ expr, label }));
    });
    expect(grouped).toEqual([]);
  });

  it("leave out no metric of Pulseboard: the dashboard shows each", () => {
    const shown = dashboardExpressions().join("\n");
    const isShown = (name: string) => new RegExp(`\\b${name}(?:_bucket)?\\b`).test(shown);
    const own = [...series.keys()].filter((name) => /^pulseboard_/.test(name) && !/_(?:bucket|sum|count)$/.test(name));
    expect(own.length).toBeGreaterThan(25);
    expect(own.filter((name) => !isShown(name))).toEqual([]);
  });
});

describe("each alert", () => {
  const tests = readFileSync(`${OBSERVABILITY}pulseboard.rules.test.yml`, "utf8");
  const operations = readFileSync(`${ROOT}docs/operations.md`, "utf8");
  const headings = [...operations.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w -]/g, "")
      .replaceAll(" ", "-"),
  );

  it.each(alertRules())("$alert says what it means, and where to read on", ({ summary, description, runbook }) => {
    expect(summary.length).toBeGreaterThan(10);
    expect(description.length).toBeGreaterThan(20);
    const [file = "", anchor = ""] = runbook.split("#");
    expect(existsSync(`${ROOT}${file}`)).toBe(true);
    expect(headings).toContain(anchor);
  });

  it.each(alertRules())("$alert has a test in which it sounds, and one in which it does not", ({ alert }) => {
    const asked = tests.split("\n").filter((line) => line.includes(`alertname="${alert}"`));
    expect(asked.some((line) => line.includes("value: 1"))).toBe(true);
    expect(asked.some((line) => line.includes("exp_samples: []"))).toBe(true);
  });
});

it("Prometheus is told the ports where the metrics are", () => {
  const [, port = ""] = /^#ADMIN_PORT=(\d+)/m.exec(readFileSync(`${ROOT}.env.example`, "utf8")) ?? [];
  const config = readFileSync(`${OBSERVABILITY}prometheus.yml`, "utf8");
  const targets = [...config.matchAll(/"127\.0\.0\.1:(\d+)"/g)].map(([, target]) => Number(target));
  expect(targets).toEqual([Number(port), Number(port) + 1]);
});
