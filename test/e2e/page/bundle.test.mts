import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ROOT } from "../support/program.mts";

const DIST = join(ROOT, "apps/mobile/dist");
const TOTAL_LIMIT_BYTES = 70_000;
const FIRST_VIEW_LIMIT_BYTES = 26_000;

const html = readFileSync(join(DIST, "index.html"), "utf8");
const scripts = readdirSync(DIST, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".js"));

function gzippedBytes(names: Iterable<string>): number {
  return [...names].reduce((sum, name) => sum + gzipSync(readFileSync(join(DIST, name))).length, 0);
}

/** The scripts that run before anything is shown: the page's own, and everything they import statically. */
function firstViewScripts(): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (name: string): void => {
    const file = scripts.find((script) => basename(script) === basename(name));
    if (file === undefined) {
      throw new Error(`${name} is not in the build`);
    }
    if (found.has(file)) {
      return;
    }
    found.add(file);
    const text = readFileSync(join(DIST, file), "utf8");
    for (const [, imported = ""] of text.matchAll(/(?:^|[;}\s])import\s*(?:[^"'()]*?from\s*)?["']([^"']+)["']/g)) {
      add(imported);
    }
  };
  for (const [, name = ""] of html.matchAll(/<(?:script|link rel="modulepreload")[^>]*(?:src|href)="([^"]+\.js)"/g)) {
    add(name);
  }
  return found;
}

describe("the built page", () => {
  it("has at most 70 KB of gzipped JavaScript in total, including parts that are loaded later", () => {
    expect(scripts.length).toBeGreaterThan(1);
    expect(gzippedBytes(scripts)).toBeLessThanOrEqual(TOTAL_LIMIT_BYTES);
  });

  it("needs at most 26 KB of it for its first view", () => {
    const names = firstViewScripts();
    expect(names.size).toBeGreaterThan(0);
    expect(names.size).toBeLessThan(scripts.length);
    expect(gzippedBytes(names)).toBeLessThanOrEqual(FIRST_VIEW_LIMIT_BYTES);
  });

  it("needs no built-in that iOS 15.0 lacks, keeps its own language and asks for the manifest with the login", () => {
    // All of 15.4 or later.
    const newer =
      /Object\.(hasOwn|groupBy)\b|\.at\(|\.(findLast|findLastIndex|toSorted|toReversed|toSpliced)\(|\b(structuredClone|randomUUID|withResolvers|fromAsync)\b|AbortSignal\.(any|timeout)/g;
    for (const name of scripts) {
      expect(readFileSync(join(DIST, name), "utf8").match(newer), name).toBeNull();
    }
    expect(html).toContain('<html lang="en" translate="no">');
    expect(html).toContain('name="format-detection" content="telephone=no');
    expect(html).toMatch(/<link rel="manifest"[^>]* crossorigin="use-credentials"/);
  });

  it("has no inline code and nothing from other sites", () => {
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/i);
    expect([...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address)).toSatisfy((all: string[]) =>
      all.every((address) => address.startsWith("./mobile/") || address.startsWith("data:,")),
    );
    for (const name of readdirSync(DIST, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".css"),
    )) {
      expect(readFileSync(join(DIST, name), "utf8"), name).not.toMatch(/@import|url\((?!["']?data:|["']?\/mobile)/);
    }
  });
});
