import { systemClock } from "@pulseboard/runtime";
import { exitCodeOf, type OperatorExitCode } from "../operator/checks.ts";
import type { ServerAddress } from "../operator/http-client.ts";
import { checkFormat, cleanLine, formatChecks, toJson } from "../operator/print-checks.ts";
import { createProgressLine } from "../operator/progress.ts";
import type { Change } from "./changes.ts";
import { type Expectations, VALIDATE_DURATIONS } from "./expectations.ts";
import { validate } from "./validate.ts";
import { type WatchReport, watch } from "./watch.ts";

export interface ValidateRequest {
  readonly address: ServerAddress;
  readonly expectations: Expectations;
  readonly json: boolean;
  /** Null for one look. */
  readonly watch: { readonly watchMs: number; readonly everyMs: number } | null;
}

/** Validates or watches a server and prints the result. */
export async function runValidate(request: ValidateRequest): Promise<OperatorExitCode> {
  const format = checkFormat(request);
  const progress = createProgressLine(format === "table");
  const common = { ...request, durations: VALIDATE_DURATIONS, clock: systemClock, onProgress: progress.show };
  if (request.watch === null) {
    const sections = await validate(common);
    progress.clear();
    console.log(formatChecks(sections, format));
    return exitCodeOf(sections);
  }
  const onChange = (change: Change): void => {
    progress.clear();
    console.log(request.json ? toJson(changeFields(change)) : changeLine(change));
  };
  const ending = new AbortController();
  // Ctrl-C ends the watch with its report, a second one at once.
  process.once("SIGINT", () => ending.abort());
  process.once("SIGTERM", () => ending.abort());
  const report = await watch({ ...common, ...request.watch, signal: ending.signal, onChange });
  progress.clear();
  console.log(request.json ? toJson(reportFields(report)) : formatChecks(report.sections, format));
  return exitCodeOf(report.sections);
}

function changeLine({ atMs, check: { name, verdict, seen, cure }, was }: Change): string {
  const before = was === null ? "" : ` (was: ${was})`;
  return cleanLine(
    `${new Date(atMs).toISOString()} ${verdict} ${name}: ${seen}${before}${cure === undefined ? "" : `. ${cure}`}`,
  );
}

function changeFields({ atMs, check, was }: Change): object {
  return { event: "change", at: new Date(atMs).toISOString(), ...check, was };
}

function reportFields({ tally, sections }: WatchReport): object {
  const { samples, errors, fresh, p50Ms, p95Ms, p99Ms, longestGap } = tally;
  return {
    event: "end",
    exit_code: exitCodeOf(sections),
    samples,
    p50_ms: p50Ms,
    p95_ms: p95Ms,
    p99_ms: p99Ms,
    error_share: errors / Math.max(1, samples),
    fresh_share: fresh / Math.max(1, samples),
    longest_gap_s: (longestGap?.ms ?? 0) / 1000,
    longest_gap_from: longestGap === null ? null : new Date(longestGap.fromMs).toISOString(),
    sections,
  };
}
