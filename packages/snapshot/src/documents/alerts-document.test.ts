import { describe, expect, it } from "vitest";
import { exampleDocuments } from "../example/example-documents.ts";
import { alertsDocumentSchema } from "./alerts-document.ts";

describe("mobile:alerts", () => {
  const { alerts: example } = exampleDocuments();
  const problems = (change: object) =>
    alertsDocumentSchema.safeParse({ ...example, ...change }).error?.issues.map(({ message }) => message);
  const alerts = example?.alerts ?? [];

  it.each([
    ["oldest first", { alerts: alerts.toReversed() }, "expected the newest first"],
    ["an id twice", { alerts: [alerts[0], alerts[0]] }, "expected each id once"],
    ["two times that differ", { alerts: [{ ...alerts[0], timestamp: 1 }] }, "expected the same moment as timestamp"],
    ["a simulator that does not say so", { simulated: false }, "expected true, as the origin is the simulator"],
  ])("is refused with %s", (_name, change, problem) => {
    expect(problems({})).toBeUndefined();
    expect(problems(change)).toContain(problem);
  });

  it("has at most a hundred", () => {
    const many = Array.from({ length: 101 }, (_, index) => ({ ...alerts[0], id: `signal:${index}` }));
    expect(problems({ alerts: many })).toHaveLength(1);
    expect(problems({ alerts: many.slice(1) })).toBeUndefined();
  });
});
