import type { Column } from "./columns.ts";

/** A longer column gets memory of its own, so that one long history does not occupy memory for ever. */
const KEPT_LENGTH = 4096;

/** A column of any length; what was given before is overwritten. */
export type Scratch = (length: number) => Column;

const kept: Column[] = [];

/**
 * A column that is used again and again, for intermediate results that nobody keeps: scoring a symbol would otherwise leave a
 * megabyte of garbage. Its contents are whatever was there before, so each value is written before it is read.
 */
export function createScratch(): Scratch {
  const memory = new Float64Array(KEPT_LENGTH);
  let column = memory;
  kept.push(memory);
  return (length) => {
    if (length > KEPT_LENGTH) {
      return new Float64Array(length);
    }
    if (column.length !== length) {
      column = memory.subarray(0, length);
    }
    return column;
  };
}

/** Overwrites all scratch memory: results must not depend on what was there. */
export function fillScratch(value: number): void {
  for (const memory of kept) {
    memory.fill(value);
  }
}
