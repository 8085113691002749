import { setTimeout as delay } from "node:timers/promises";
import { parseSnapshot } from "@pulseboard/snapshot";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askSnapshot, untilSnapshot } from "./ask.mts";
import {
  type Installation,
  isOwn,
  keysInMemcached,
  keysInRedis,
  type Machine,
  sayToMemcached,
  startMachine,
  textInRedis,
  workersByDoctor,
} from "./installations.mts";

const LEGACY_KEYS = ["market:overview", "market:breadth", "market:movers", "analysis:signals"];
/** Of a worker that refreshes every other second. */
const LIFETIME_MS = 20_000;

/**
 * Two installations with different prefixes refresh `refreshes` times each beside one another, in one Redis and one memcached.
 * @param isWaitedFor whether the end of what has a lifetime is waited for
 */
export function describeInstallations(refreshes: number, { isWaitedFor }: { readonly isWaitedFor: boolean }): void {
  describe(`two installations with one Redis and one memcached, ${refreshes} refreshes each`, () => {
    let machine: Machine;
    let production: Installation;
    let staging: Installation;

    beforeAll(async () => {
      machine = await startMachine();
      // One that needs a key or channel of another name is refused it, and says so in its log.
      await machine.redis.say(
        "ACL SETUSER staging on >secret ~staging:* &staging:* +@all -@admin -@dangerous +info +config|get +client|list",
      );
      [production, staging] = await Promise.all([
        machine.install({ prefix: "", symbols: 3, env: { PUBLISH_LEGACY_KEYS: "true" } }),
        machine.install({
          prefix: "staging:",
          symbols: 4,
          env: { REDIS_URL: machine.redis.url.replace("//", "//staging:secret@") },
        }),
      ]);
      for (const { url, symbols } of [production, staging]) {
        await untilSnapshot(url, ({ sections }) => sections.scores.received === symbols);
      }
    });
    afterAll(() => machine?.close());

    /** The snapshots that programs find under this installation's key. */
    const storedBy = async ({ prefix }: Installation) => {
      const texts = await Promise.all([
        textInRedis(machine.redis, `${prefix}mobile:snapshot`),
        sayToMemcached(machine.memcached, `get ${prefix}mobile:snapshot`),
      ]);
      return texts.map((text) => {
        const parsed = parseSnapshot(/\{.*\}/.exec(text ?? "")?.[0] ?? "");
        if (!parsed.ok) {
          throw new Error(`not a snapshot: ${parsed.problem}: ${text?.slice(0, 200)}`);
        }
        return parsed.snapshot;
      });
    };

    it("no document of one is ever seen by the other", { timeout: 60_000 + refreshes * 5_000 }, async () => {
      const watch = async (installation: Installation): Promise<void> => {
        const { sequence: first } = await askSnapshot(installation.url);
        for (let sequence = first; sequence < first + refreshes; await delay(100)) {
          const served = await askSnapshot(installation.url);
          for (const snapshot of [served, ...(await storedBy(installation))]) {
            expect(isOwn(snapshot, installation), JSON.stringify(snapshot.sections.scores)).toBe(true);
          }
          expect(served.sequence).toBeGreaterThanOrEqual(sequence);
          sequence = served.sequence;
        }
      };
      await Promise.all([watch(production), watch(staging)]);
      for (const { program } of [production, staging]) {
        expect(program.output()).not.toMatch(/superseded|"outage"|Refresh failed|Ignored|caches/);
      }
    });

    it("every key of the second begins with its prefix, and is named after one of the first", async () => {
      const inRedis = await keysInRedis(machine.redis);
      const unprefixed = (keys: readonly string[]) => keys.filter((key) => !key.startsWith("staging:"));
      const known = /^(mobile:|worker:|market:|analysis:signals$|pulseboard:(sequence|documents|probe|refresh:))/;
      for (const keys of [inRedis, await keysInMemcached(machine.memcached)]) {
        expect(unprefixed(keys).filter((key) => !known.test(key))).toEqual([]);
        const own = keys.filter((key) => key.startsWith("staging:")).map((key) => key.slice("staging:".length));
        expect(own.filter((key) => !known.test(key))).toEqual([]);
        expect(own).toEqual(expect.arrayContaining(["mobile:snapshot", "pulseboard:documents"]));
        expect(own.filter((key) => LEGACY_KEYS.includes(key))).toEqual([]);
      }
    });

    it("doctor knows the worker of its own installation alone", async () => {
      for (const installation of [production, staging]) {
        const seen = await workersByDoctor(installation);
        expect(seen).toMatch(new RegExp(`^[^,]*:${installation.program.process.pid}$`));
      }
    });

    it("each listens to its own announcements alone", async () => {
      expect(await machine.redis.say("PUBSUB NUMSUB pulseboard:snapshot staging:pulseboard:snapshot")).toMatch(
        /pulseboard:snapshot\r\n:1\r\n.*\r\nstaging:pulseboard:snapshot\r\n:1/s,
      );
    });

    it("a copy of the first with a wrong password refreshes for itself, and reaches nobody", async () => {
      const copy = await machine.install({
        prefix: "",
        symbols: 5,
        parts: { worker: true, server: false },
        env: { REDIS_URL: machine.redis.url.replace("//", "//staging:wrong@") },
      });
      await copy.program.printed(/Nothing is published to caches/);
      await copy.program.printed(/"scored":5,"expected":5.*"msg":"Refreshed"/);
      for (let looks = 0; looks < 20; looks++, await delay(100)) {
        for (const snapshot of [await askSnapshot(production.url), ...(await storedBy(production))]) {
          expect(isOwn(snapshot, production), JSON.stringify(snapshot.sections.scores)).toBe(true);
        }
      }
      await copy.program.stop();
      expect(copy.program.output()).not.toContain("wrong@");
    });

    const lifetimeOf = async (key: string): Promise<number> =>
      Number(/:(-?\d+)/.exec(await machine.redis.say(`PTTL ${key}`))?.[1] ?? 0);

    it("the keys for other programs are whole, live for ten periods, and nobody writes them when the worker has stopped", async () => {
      for (const key of LEGACY_KEYS) {
        const [ofRedis, ofMemcached] = await Promise.all([
          textInRedis(machine.redis, key),
          sayToMemcached(machine.memcached, `get ${key}`),
        ]);
        for (const text of [ofRedis, ofMemcached]) {
          const body = JSON.parse(/\{.*\}/.exec(text ?? "")?.[0] ?? "null");
          expect(body, key).toMatchObject({ origin: "bybit", simulated: false, timestamp: expect.any(Number) });
          expect(JSON.stringify(body)).not.toContain("null");
        }
        expect(await lifetimeOf(key)).toBeGreaterThan(0);
        expect(await lifetimeOf(key)).toBeLessThanOrEqual(LIFETIME_MS);
      }
      await production.program.stop();
      const before = await lifetimeOf("market:breadth");
      await delay(1_000);
      expect(await lifetimeOf("market:breadth")).toBeLessThanOrEqual(before - 1_000);
      if (!isWaitedFor) {
        return;
      }
      const left = async (): Promise<readonly string[]> => {
        const inRedis = await machine.redis.say(`EXISTS ${LEGACY_KEYS.join(" ")}`);
        const inMemcached = await keysInMemcached(machine.memcached);
        return [inRedis.trim(), ...inMemcached.filter((key) => LEGACY_KEYS.includes(key))];
      };
      await expect.poll(left, { timeout: LIFETIME_MS + 10_000, interval: 200 }).toEqual([":0"]);
      expect((await storedBy(production)).map((snapshot) => isOwn(snapshot, production))).toEqual([true, true]);
    });
  });
}
