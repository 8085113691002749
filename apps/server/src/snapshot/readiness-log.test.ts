import { createMemoryStore, type Publication } from "@pulseboard/storage";
import { expect, it } from "vitest";
import { PERIOD_MS, sampleFields, samplePublication } from "../testing/sample-documents.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

const POLL_MS = 5000;

const degradedLines = ({ lines }: TestServer) =>
  lines.flatMap(({ level, degraded, age_s }) => (degraded === undefined ? [] : [`${level} ${degraded} ${age_s}`]));

it("has one line when the snapshot grows stale, and one when a newer one is there", async () => {
  const server = await startTestServer({}, (store) => store.publish(samplePublication()));
  const { clock, store, announcements, get } = server;
  await clock.advance(3 * PERIOD_MS - POLL_MS);
  expect(degradedLines(server)).toEqual([]);
  await clock.advance(10 * POLL_MS);
  expect(degradedLines(server)).toEqual(["warn snapshot_stale 90"]);
  await store.publish(samplePublication({ sequence: 2, generated_at_ms: clock.nowMs() }));
  await announcements.announce(2);
  // Preparing the bytes takes real time.
  await expect.poll(async () => (await get("/api/snapshot")).headers.get("x-snapshot-sequence")).toBe("2");
  await clock.advance(2 * POLL_MS);
  expect(degradedLines(server)).toEqual(["warn snapshot_stale 90", "info snapshot_stale 5"]);
});

it("leaves the first seconds to the worker, and then says that there is nothing to serve", async () => {
  const server = await startTestServer({ stores: [createMemoryStore()] });
  await server.clock.advance(POLL_MS - 1);
  expect(degradedLines(server)).toEqual([]);
  await server.clock.advance(1);
  expect(degradedLines(server)).toEqual(["warn no_snapshot null"]);
});

it("has one line for each section when it grows stale, and one when it is fresh again", async () => {
  const { sections } = sampleFields();
  const withStale = (sequence: number, ...names: readonly (keyof typeof sections)[]) =>
    samplePublication({
      sequence,
      sections: { ...sections, ...Object.fromEntries(names.map((name) => [name, { ...sections[name], stale: true }])) },
    });
  const server = await startTestServer({}, (store) => store.publish(withStale(1, "scores", "reference")));
  const { clock, store, announcements, get } = server;
  const publish = async (publication: Publication): Promise<void> => {
    await store.publish(publication);
    await announcements.announce(publication.sequence);
    // Preparing the bytes takes real time.
    const served = async () => (await get("/api/snapshot")).headers.get("x-snapshot-sequence");
    await expect.poll(served).toBe(String(publication.sequence));
  };
  await clock.advance(2 * POLL_MS);
  const began = ["warn section_stale:scores 5", "warn section_stale:reference 5"];
  expect(degradedLines(server).toSorted()).toEqual(began.toSorted());
  await publish(withStale(2, "reference"));
  await clock.advance(2 * POLL_MS);
  expect(degradedLines(server).slice(2)).toEqual(["info section_stale:scores 15"]);
  await publish(withStale(3));
  await clock.advance(2 * POLL_MS);
  expect(degradedLines(server).slice(3)).toEqual(["info section_stale:reference 25"]);
});

it("stops when the server closes", async () => {
  const server = await startTestServer({}, (store) => store.publish(samplePublication()));
  await server.server.close(0);
  await server.clock.advance(4 * PERIOD_MS);
  expect(degradedLines(server)).toEqual([]);
});
