import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The folder of the alert rules and the dashboard. */
export const OBSERVABILITY = fileURLToPath(new URL("../../../deploy/observability/", import.meta.url));

export interface AlertRule {
  readonly alert: string;
  /** In Prometheus's language. */
  readonly expr: string;
  readonly summary: string;
  readonly description: string;
  /** "docs/operations.md#redis" */
  readonly runbook: string;
}

/** The rules, each of whose fields is on one line of the file. */
export function alertRules(): readonly AlertRule[] {
  const text = readFileSync(`${OBSERVABILITY}pulseboard.rules.yml`, "utf8");
  return text
    .split(/^ +- alert: /m)
    .slice(1)
    .map((rule) => {
      const field = (name: string) => new RegExp(`^ +${name}: "?(.*?)"?$`, "m").exec(rule)?.[1] ?? "";
      return {
        alert: rule.split("\n")[0] ?? "",
        expr: /^ +expr: (.*)$/m.exec(rule)?.[1] ?? "",
        summary: field("summary"),
        description: field("description"),
        runbook: field("runbook"),
      };
    });
}

/** What the panels of the dashboard ask of Prometheus. */
export function dashboardExpressions(): readonly string[] {
  const { panels } = JSON.parse(readFileSync(`${OBSERVABILITY}grafana-dashboard.json`, "utf8")) as {
    readonly panels: readonly { readonly targets?: readonly { readonly expr: string }[] }[];
  };
  return panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
}
