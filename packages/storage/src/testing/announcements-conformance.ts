import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Announcements } from "../document-store.ts";
import { MAX_OUTSIDE_SEQUENCE } from "../publication.ts";

/** One empty place where announcements are made, and how to reach it. */
export interface AnnouncementsUnderTest {
  /** Ready to be heard. Several at once are several processes' views of the place, or the same one's. */
  open(): Promise<Announcements>;
  dispose(): Promise<void>;
}

/** The behaviour of all announcements, within a process or between several. */
export function describeAnnouncements(name: string, create: () => Promise<AnnouncementsUnderTest>): void {
  describe(`${name} keep the promises of announcements`, () => {
    let place: AnnouncementsUnderTest;
    let announcements: Announcements;

    beforeEach(async () => {
      place = await create();
      announcements = await place.open();
    });
    afterEach(async () => {
      await announcements.close();
      await place.dispose();
    });

    test("everyone who listens hears each sequence, from then on and until they stop", async () => {
      const heard: string[] = [];
      await announcements.announce(1);
      const stopFirst = announcements.subscribe((sequence) => heard.push(`first ${sequence}`));
      announcements.subscribe((sequence) => heard.push(`second ${sequence}`));
      await announcements.announce(2);
      await vi.waitFor(() => expect(heard.filter((each) => each.endsWith("2"))).toEqual(["first 2", "second 2"]));
      stopFirst();
      stopFirst();
      await announcements.announce(MAX_OUTSIDE_SEQUENCE);
      await vi.waitFor(() => expect(heard.at(-1)).toBe(`second ${MAX_OUTSIDE_SEQUENCE}`));
      expect(heard.filter((each) => each.startsWith("first"))).not.toContain(`first ${MAX_OUTSIDE_SEQUENCE}`);
    });

    test("the same function may listen twice, and stop once", async () => {
      const heard: number[] = [];
      const listener = (sequence: number): void => void heard.push(sequence);
      const stop = announcements.subscribe(listener);
      announcements.subscribe(listener);
      stop();
      await announcements.announce(4);
      await announcements.announce(5);
      await vi.waitFor(() => expect(heard).toEqual([4, 5]));
    });

    test("a listener that throws keeps the news from nobody", async () => {
      const heard: number[] = [];
      announcements.subscribe(() => {
        throw new TypeError("broken listener");
      });
      announcements.subscribe((sequence) => heard.push(sequence));
      await announcements.announce(5).catch(() => undefined);
      await vi.waitFor(() => expect(heard).toEqual([5]));
    });

    test("a listener that stops itself while it is called disturbs nobody", async () => {
      const heard: string[] = [];
      const stop = announcements.subscribe(() => {
        heard.push("once");
        stop();
      });
      announcements.subscribe(() => heard.push("always"));
      await announcements.announce(1);
      await announcements.announce(2);
      await vi.waitFor(() => expect(heard).toEqual(["once", "always", "always"]));
    });

    test("what one announces, another hears", async () => {
      const other = await place.open();
      const heard: number[] = [];
      announcements.subscribe((sequence) => heard.push(sequence));
      await other.announce(7);
      await vi.waitFor(() => expect(heard).toEqual([7]));
    });

    test("a listener is told that it listens, and hears all that is announced after that", async () => {
      const other = await place.open();
      const heard: string[] = [];
      announcements.subscribe(
        (sequence) => heard.push(`${sequence}`),
        () => heard.push("listening"),
      );
      await vi.waitFor(() => expect(heard).toEqual(["listening"]));
      await other.announce(8);
      await vi.waitFor(() => expect(heard).toEqual(["listening", "8"]));
    });

    test("a listener that joins others is told too, and they are not told again", async () => {
      const told: string[] = [];
      const tell = (name: string) => (): void => void told.push(name);
      announcements.subscribe(() => undefined, tell("first"));
      await vi.waitFor(() => expect(told).toEqual(["first"]));
      announcements.subscribe(() => undefined, tell("second"));
      await vi.waitFor(() => expect(told).toEqual(["first", "second"]));
    });

    test("say clearly that they are closed", async () => {
      await announcements.close();
      await expect(announcements.announce(1)).rejects.toMatchObject({ name: "StoreError", code: "store_closed" });
      expect(() => announcements.subscribe(() => {})).toThrow(expect.objectContaining({ code: "store_closed" }));
      await expect(announcements.close()).resolves.toBeUndefined();
    });
  });
}
