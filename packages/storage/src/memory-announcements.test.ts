import { expect, test } from "vitest";
import { createMemoryAnnouncements } from "./memory-announcements.ts";
import { describeAnnouncements } from "./testing/announcements-conformance.ts";

describeAnnouncements("Announcements within a process", async () => {
  const announcements = createMemoryAnnouncements();
  // Within one process there is one: all who use it share it.
  return { open: async () => announcements, dispose: () => announcements.close() };
});

test("everyone has heard it when it was announced within a process, and a listener that failed is reported", async () => {
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
