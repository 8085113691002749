import { readFileSync } from "node:fs";
import { createMetrics } from "@pulseboard/runtime";
import { expect, it } from "vitest";

const operations = readFileSync(new URL("../../docs/operations.md", import.meta.url), "utf8");
const chapter = operations.slice(operations.indexOf("\n## Metrics\n"), operations.indexOf("\n## Shutting down\n"));

/** `name{label,label}` of each row of the catalogue. */
const documented = [...chapter.matchAll(/^\| `(pulseboard_\w+)(?:\{([\w,]+)\})?` \|/gm)].map(
  ([, name = "", labels = ""]) => ({ name, labels: labels === "" ? [] : labels.split(",") }),
);

const catalogue = Object.values(createMetrics()).flatMap((metric: unknown) =>
  typeof metric === "object" && metric !== null && "name" in metric && "labelNames" in metric
    ? [{ name: String(metric.name), labels: metric.labelNames }]
    : [],
);

const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);

it("docs/operations.md lists every metric of Pulseboard with its labels, once, and no other", async () => {
  expect(documented.toSorted(byName)).toEqual(catalogue.toSorted(byName));
  const registered = [...(await createMetrics().text()).matchAll(/^# TYPE (pulseboard_\w+) /gm)].map(
    ([, name]) => name,
  );
  expect(registered.toSorted()).toEqual(documented.map(({ name }) => name).toSorted());
});

it("docs/operations.md lists the metrics of Node and the system, and no more", async () => {
  const isOther = (name: string) => !name.startsWith("pulseboard_");
  const registered = [...(await createMetrics().text()).matchAll(/^# TYPE (\w+) /gm)].map(([, name = ""]) => name);
  const listed = [...chapter.matchAll(/`((?:process|nodejs)_\w+)(?:\{[\w,]+\})?`/g)].map(([, name = ""]) => name);
  expect(listed.toSorted()).toEqual(registered.filter(isOther).toSorted());
});

it("its formulas use metrics that exist", () => {
  const names = new Set(catalogue.map(({ name }) => name));
  const used = [...chapter.matchAll(/pulseboard_\w+/g)].map(([name]) => name);
  expect(used.filter((name) => !names.has(name))).toEqual([]);
});

it("a figure that nobody has set yet is not shown as 0", async () => {
  const text = await createMetrics().text();
  expect(text).not.toMatch(/^pulseboard_(snapshot|symbols|exchange|websocket)\w* 0$/m);
});
