import { expect, test } from "vitest";
import { createMemoryAnnouncements } from "./memory-announcements.ts";

test("everyone who listens hears each sequence, from then on and until they stop", async () => {
  const announcements = createMemoryAnnouncements();
  const heard: string[] = [];
  await announcements.announce(1);
  const stopFirst = announcements.subscribe((sequence) => heard.push(`first ${sequence}`));
  announcements.subscribe((sequence) => heard.push(`second ${sequence}`));
  await announcements.announce(2);
  stopFirst();
  stopFirst();
  await announcements.announce(3);
  expect(heard).toEqual(["first 2", "second 2", "second 3"]);
});

test("the same function may listen twice, and stop once", async () => {
  const announcements = createMemoryAnnouncements();
  const heard: number[] = [];
  const listener = (sequence: number): void => void heard.push(sequence);
  const stop = announcements.subscribe(listener);
  announcements.subscribe(listener);
  stop();
  await announcements.announce(4);
  expect(heard).toEqual([4]);
});

test("a listener that throws is reported, and keeps the news from nobody", async () => {
  const announcements = createMemoryAnnouncements();
  const defect = new TypeError("broken listener");
  const heard: number[] = [];
  announcements.subscribe(() => {
    throw defect;
  });
  announcements.subscribe((sequence) => heard.push(sequence));
  await expect(announcements.announce(5)).rejects.toMatchObject({ code: "listener_failed", cause: defect });
  expect(heard).toEqual([5]);
});

test("a listener that stops itself, or another, while it is called disturbs nobody", async () => {
  const announcements = createMemoryAnnouncements();
  const heard: string[] = [];
  const stop = announcements.subscribe(() => {
    heard.push("once");
    stop();
  });
  announcements.subscribe(() => heard.push("always"));
  await announcements.announce(1);
  await announcements.announce(2);
  expect(heard).toEqual(["once", "always", "always"]);
});

test("says clearly that it is closed", async () => {
  const announcements = createMemoryAnnouncements();
  await announcements.close();
  await expect(announcements.announce(1)).rejects.toMatchObject({ name: "StoreError", code: "store_closed" });
  expect(() => announcements.subscribe(() => {})).toThrow(expect.objectContaining({ code: "store_closed" }));
});
