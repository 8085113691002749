interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** What its values may be called instead, from `min` on. */
  readonly words?: readonly string[];
}

const FIELDS: readonly Field[] = [
  { name: "second", min: 0, max: 59 },
  { name: "minute", min: 0, max: 59 },
  { name: "hour", min: 0, max: 23 },
  { name: "day of month", min: 1, max: 31 },
  {
    name: "month",
    min: 1,
    max: 12,
    words: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
  },
  // Both 0 and 7 are Sunday.
  { name: "day of week", min: 0, max: 7, words: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] },
];

/** The second of the day of every tick, in order; or why there are none. */
export type TicksOfDay = { readonly ticks: readonly number[] } | { readonly problem: string };

/**
 * Reads a cron expression of six fields, seconds first: numbers, names, `*`, `?`, lists, ranges, steps. Only schedules that
 * tick on every day have an answer: what such an expression says is the same at every moment and in every time zone.
 */
export function ticksOfDay(expression: string): TicksOfDay {
  const texts = expression.trim().split(/\s+/);
  if (texts.length !== FIELDS.length) {
    return { problem: `it has ${texts.length} fields` };
  }
  try {
    const [seconds = [], minutes = [], hours = [], ...days] = FIELDS.map((field, index) =>
      readField(field, texts[index] ?? ""),
    );
    const everyDay = FIELDS.slice(3).every(({ name, min, max }, index) => {
      const values = new Set(days[index]?.map((value) => (name === "day of week" ? value % 7 : value)));
      return values.size === (name === "day of week" ? 7 : max - min + 1);
    });
    if (!everyDay) {
      return { problem: "it leaves out days" };
    }
    const ticks = hours.flatMap((hour) =>
      minutes.flatMap((minute) => seconds.map((second) => hour * 3600 + minute * 60 + second)),
    );
    return { ticks };
  } catch (error) {
    if (error instanceof FieldError) {
      return { problem: error.message };
    }
    throw error;
  }
}

class FieldError extends Error {}

/** @returns the values that the field names, in order, each once */
function readField(field: Field, text: string): readonly number[] {
  const values = new Set(text.split(",").flatMap((part) => readPart(field, part)));
  return [...values].sort((a, b) => a - b);
}

/** Reads one part of a list: `*`, `5`, `5-20`, each with or without `/step`. */
function readPart(field: Field, part: string): readonly number[] {
  const [range = "", stepText, ...rest] = part.split("/");
  const step = stepText === undefined ? 1 : readNumber(field, stepText);
  if (rest.length > 0) {
    throw new FieldError(`${field.name}: "${part}" has two steps`);
  }
  if (step < 1) {
    throw new FieldError(`${field.name}: a step of ${step} goes nowhere`);
  }
  if (step > field.max) {
    throw new FieldError(`${field.name}: a step of ${step} is longer than the field`);
  }
  const [first, last] = readRange(field, range, stepText !== undefined);
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step);
}

function readRange(field: Field, text: string, stepped: boolean): readonly [first: number, last: number] {
  const { name, min, max } = field;
  if (text === "*" || text === "?") {
    return [min, max];
  }
  const ends = text.split("-").map((end) => readNumber(field, end));
  const [first = min, last = stepped ? max : first] = ends;
  if (ends.length > 2 || ends.some((end) => end < min || end > max)) {
    throw new FieldError(`${name}: "${text}" is not within ${min}-${max}`);
  }
  if (last < first) {
    throw new FieldError(`${name}: "${text}" goes backwards`);
  }
  return [first, last];
}

function readNumber({ name, min, words = [] }: Field, text: string): number {
  const named = words.indexOf(text.toLowerCase());
  if (named !== -1) {
    return min + named;
  }
  if (!/^\d{1,4}$/.test(text)) {
    throw new FieldError(`${name}: "${text}" is not a number`);
  }
  return Number(text);
}
