import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { WebSocket } from "ws";

/** A page, and every file that it refers to. */
export async function expectWholePage(url: string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  const response = await fetch(url, { headers });
  const html = await response.text();
  expect(response.status, url).toBe(200);
  const base = /<base href="([^"]+)"/.exec(html)?.[1] ?? "";
  const references = [...html.matchAll(/\s(?:src|href)="([^"#]+)"/g)].map(([, reference = ""]) => reference);
  const files = references.filter((reference) => /\.(?:js|css|png|svg|ico|json|webmanifest)$/.test(reference));
  expect(files.length, html).toBeGreaterThan(2);
  for (const file of files) {
    const address = new URL(file, new URL(base, url));
    expect((await fetch(address, { headers })).status, address.href).toBe(200);
  }
}

/** The first message on the socket that tells phones of new snapshots. */
export function noticeOf(url: string): Promise<unknown> {
  const socket = new WebSocket(`${url.replace("http:", "ws:")}/ws`);
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("message", (data) => {
      resolve(JSON.parse(String(data)));
      socket.close();
    });
  });
}

/** The files of the JavaScript modules that V8 ran. */
export function loadedModules(coverage: string): readonly string[] {
  const files = readdirSync(coverage).map((file) => readFileSync(join(coverage, file), "utf8"));
  return files
    .flatMap((text) => (JSON.parse(text) as { readonly result: readonly { readonly url: string }[] }).result)
    .map(({ url }) => url)
    .filter((url) => url.startsWith("file:"));
}
