import type { RecordDocument } from "@pulseboard/snapshot";
import type { Page } from "playwright-core";

/** A value of the record on the page, and the note below it. */
interface ShownValue {
  /** Dotted path in the response of `/api/record`. */
  readonly path: string;
  readonly text: string;
  readonly note: string;
}

export async function shownRecord(page: Page): Promise<readonly ShownValue[]> {
  return page.evaluate(`[...document.querySelectorAll("main [data-record]")].map((element) => ({
    path: element.dataset.record,
    text: element.textContent.trim(),
    note: (element.parentElement.textContent ?? "").replace(/\\s+/g, " "),
  }))`);
}

/** The values that are not the response's, one line each, written here by code that the page does not share. */
export function wrongRecord(shown: readonly ShownValue[], record: RecordDocument): readonly string[] {
  return shown.flatMap(({ path, text, note }) => {
    const at = (names: readonly string[]) => names.reduce<unknown>((within, name) => Object(within)[name], record);
    const expected = expectedOf(path, at(path.split(".")), Object(at(path.split(".").slice(0, -1))));
    const missing = expected.notes.filter((part) => !note.includes(part));
    return text === expected.text && missing.length === 0
      ? []
      : [`${path} shows "${text}" for "${expected.text}", without ${missing.join(" and ")} in "${note}"`];
  });
}

interface Expected {
  readonly text: string;
  readonly notes: readonly string[];
}

/** @param gate - What the value is a field of. */
function expectedOf(path: string, value: unknown, gate: Record<string, number | null>): Expected {
  const fields = Object(value);
  if (path.endsWith("claim")) {
    return { text: claimText(fields, path.includes(".lines.") ? "50%" : "0"), notes: [] };
  }
  if (path.endsWith(".why")) {
    const words: Readonly<Record<string, string>> = {
      record_agrees: "shown",
      no_difference: "not shown: no difference",
      record_opposite: "not shown: no difference in its favour",
      collecting: `collecting, day ${gate.days} of ${gate.minimum_days}`,
    };
    return { text: words[String(value)] ?? "", notes: typeof gate.t === "number" ? [`t ${signed(gate.t, 2)}`] : [] };
  }
  if (typeof fields.ratio === "number") {
    const write = /return_bp/.test(path) ? inBp : path.includes(".lines.") ? inPercent : asCorrelation;
    const interval = fields.low === null ? "no interval" : `${write(fields.low)} to ${write(fields.high)}`;
    const counts = `${grouped(fields.days)} days, ${grouped(fields.moments)} moments, ${grouped(fields.readings)} readings`;
    return { text: write(fields.ratio), notes: [interval, counts] };
  }
  if (path.endsWith("_bp")) {
    const isFees = path === "round_trip_fees_bp";
    return { text: isFees ? `${Number(value)} bp` : inBp(Number(value)), notes: [] };
  }
  return { text: typeof value === "number" ? grouped(value) : String(value), notes: [] };
}

function claimText({ kind, day, of, side }: Record<string, unknown>, chance: string): string {
  const words: Readonly<Record<string, string>> = {
    collecting: `collecting, day ${day} of ${of}`,
    difference: `a difference, ${side} ${chance}`,
    no_difference: "no difference shown",
  };
  return words[String(kind)] ?? "";
}

const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ",");
const inPercent = (share: number): string => `${rounded(share * 100, 1)}%`;
const inBp = (value: number): string => `${signed(value, 1)} bp`;
const asCorrelation = (value: number): string => signed(value, 3);

function signed(value: number, decimals: number): string {
  const text = rounded(Math.abs(value), decimals);
  return Number(text) === 0 ? text : `${value < 0 ? "-" : "+"}${text}`;
}

/** Half up, by the decimals that the response has. */
export function rounded(value: number, decimals: number): string {
  return (Math.round(value * 10 ** decimals + 1e-7) / 10 ** decimals).toFixed(decimals);
}
