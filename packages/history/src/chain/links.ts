import { createHash } from "node:crypto";
import type { ChainLink } from "../domain/history-store.ts";

/** The hash before the first one. */
export const NO_HASH = "0".repeat(64);

/** SHA-256 of a file's bytes, hex. */
export function sha256Of(bytes: Buffer | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The next link: what it stands for, and a hash that includes the one before. */
export function linkAfter(before: string, link: Omit<ChainLink, "hash">): ChainLink {
  return { ...link, hash: hashOf(before, link) };
}

/** SHA-256 of "<hash before>\n<kind>\n<day>\n<sha256>\n", hex. */
export function hashOf(before: string, { kind, day, sha256 }: Omit<ChainLink, "hash">): string {
  return sha256Of(`${before}\n${kind}\n${day}\n${sha256}\n`);
}

/** One line of the file. */
export function lineOf({ day, kind, sha256, hash }: ChainLink): string {
  return `${JSON.stringify({ day, kind, sha256, hash })}\n`;
}

/** Null: the line is none. */
export function parseLine(line: string): ChainLink | null {
  const [, day, kind, sha256, hash] =
    /^\{"day":"(\d{4}-\d{2}-\d{2})","kind":"(quarters|statistics)","sha256":"([0-9a-f]{64})","hash":"([0-9a-f]{64})"\}$/.exec(
      line,
    ) ?? [];
  return day === undefined || sha256 === undefined || hash === undefined
    ? null
    : { day, kind: kind === "quarters" ? "quarters" : "statistics", sha256, hash };
}
