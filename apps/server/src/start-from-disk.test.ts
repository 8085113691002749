import { mkdtemp, readdir, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDiskStore } from "@pulseboard/storage";
import { expect, it, onTestFinished } from "vitest";
import { samplePublication } from "./testing/sample-documents.ts";
import { startTestServer } from "./testing/test-server.ts";

/** A folder in which another process left its last known good documents. */
async function directoryWith(sequence: number): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "pulseboard-server-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const store = createDiskStore({ directory });
  await store.publish(samplePublication({ sequence }));
  await store.close();
  return directory;
}

it("serves what the process before left on the disk, from the first request on", async () => {
  const store = createDiskStore({ directory: await directoryWith(41) });
  const { get } = await startTestServer({ stores: [store] });
  const response = await get("/api/dashboard/mobile-data");
  expect(response.headers.get("x-snapshot-sequence")).toBe("41");
  expect(await response.json()).toMatchObject({ status: "success", btc_price: 109_000.5 });
});

it("lets a request wait for what follows a moment later, instead of saying that there is nothing", async () => {
  const store = createDiskStore({ directory: await directoryWith(41) });
  const { get } = await startTestServer({ stores: [store] });
  const [symbols, unscored] = await Promise.all([
    get("/api/dashboard/symbols"),
    get("/api/dashboard/confluence-analysis/NOSUCHUSDT"),
  ]);
  expect(symbols.headers.get("x-snapshot-sequence")).toBe("41");
  expect(await symbols.json()).toMatchObject({ status: "success" });
  expect(unscored.status).toBe(404);
});

it("does not serve a file that was cut off, says so once, and serves the next good one", async () => {
  const directory = await directoryWith(41);
  for (const name of await readdir(directory)) await truncate(join(directory, name), 1000);
  const store = createDiskStore({ directory });
  const { get, clock, lines } = await startTestServer({ stores: [store] });
  await clock.advance(15_000);
  expect(await (await get("/api/dashboard/mobile-data")).json()).toMatchObject({
    status: "error",
    error: "no_snapshot",
  });
  expect(lines).toMatchObject([{ level: "warn", store: "disk", err: { code: "store_corrupt" } }]);

  await store.publish(samplePublication({ sequence: 42 }));
  // The disk takes its real time.
  await expect
    .poll(async () => {
      await clock.advance(5000);
      return (await get("/api/dashboard/mobile-data")).headers.get("x-snapshot-sequence");
    })
    .toBe("42");
});
