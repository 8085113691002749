import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { alertRules } from "../../integration/support/observability.mts";
import { haveValues, isLeftOut } from "../../integration/support/promtool.mts";
import { until } from "./ask.mts";
import { createFirstDayStage, documentedInstallation, type Ended, type FirstDayStage } from "./first-day-stage.mts";
import { startLoad } from "./steady-load.mts";

export interface FirstDayFigures {
  /** How long a server is watched, as `validate --watch` takes it. */
  readonly watch: string;
  /** Whether the end of a ban is waited for: ten minutes. */
  readonly waitsForBan: boolean;
}

/** Two readings of metrics are apart by more than a refresh of the schedule. */
const BETWEEN_READINGS_MS = 6_000;

/**
 * Goes through the operator's first day by the commands of docs/operations.md alone: from an empty folder to a release that serves,
 * to the next one, and through the outages that come.
 */
export function describeFirstDay(name: string, figures: FirstDayFigures): void {
  describe(name, () => {
    let stage: FirstDayStage;

    const pulseboard = (...args: readonly string[]): Promise<Ended> =>
      stage.shell(`current/bin/pulseboard ${args.join(" ")}`);
    const readiness = async () =>
      (await (await fetch(`${stage.url}/readyz`)).json()) as {
        readonly degraded: readonly string[];
        readonly until?: Readonly<Record<string, string>>;
      };
    const untilReason = (pattern: RegExp) =>
      expect.poll(async () => (await readiness()).degraded.join(" "), { timeout: 60_000 }).toMatch(pattern);
    const untilWell = () => expect.poll(async () => (await readiness()).degraded, { timeout: 60_000 }).toEqual([]);
    const versionServed = async () =>
      ((await (await fetch(`${stage.url}/healthz`)).json()) as { readonly version: string }).version;
    /** The alerts whose condition holds. */
    const alerts = async (): Promise<readonly string[]> => {
      const read = () => Promise.all(stage.metricsUrls.map(async (url) => (await fetch(url)).text()));
      const first = await read();
      await delay(BETWEEN_READINGS_MS);
      const second = await read();
      const scraped = ["server", "worker"].map((instance, index) => ({
        instance,
        texts: [first[index] ?? "", second[index] ?? ""],
      }));
      const rules = alertRules();
      const nowS = Math.floor(Date.now() / 1000);
      const holds = await haveValues(
        rules.map(({ expr }) => expr),
        scraped,
        nowS,
      );
      return rules.filter((_, index) => holds[index]).map(({ alert }) => alert);
    };
    /** Lets doctor look, which must not be well, and returns the lines that say why. */
    const diagnosis = async (): Promise<string> => {
      const { code, output } = await pulseboard("doctor");
      expect(code, output).toBe(1);
      return output
        .split("\n")
        .filter((line) => line.startsWith("failed"))
        .join("\n");
    };

    beforeAll(async () => {
      stage = await createFirstDayStage("--ban-ms", "600000");
    });
    afterAll(() => stage?.stop());

    it("installs the release from its file, with the commands of the guide", async () => {
      const { unpack, settings, install } = documentedInstallation(stage);
      const unpacked = await stage.shell(unpack);
      expect(unpacked.code, unpacked.output).toBe(0);
      expect(statSync(join(stage.root, "shared/.env")).mode & 0o777).toBe(0o600);
      writeFileSync(join(stage.root, "shared/.env"), settings);
      const installed = await stage.shell(install);
      expect(installed.code, installed.output).toBe(0);
      expect(installed.output).toContain('"status":"ready"');
      expect(await versionServed()).toBe(stage.version);
    });

    it("is well: refresh, doctor, validate and the queue's board say so", async () => {
      const refreshed = await pulseboard("refresh", "--wait");
      expect(refreshed.code, refreshed.output).toBe(0);
      const examined = await pulseboard("doctor");
      expect(examined.code, examined.output).toBe(0);
      const watched = await pulseboard("validate", stage.url, "--watch", figures.watch, "--every", "5s");
      expect(watched.code, watched.output).toBe(0);
      const authorization = `Basic ${Buffer.from(`me:${stage.token}`).toString("base64")}`;
      const board = await fetch(new URL("/admin/queue", stage.metricsUrls[0]), { headers: { authorization } });
      expect(board.status).toBe(200);
    });

    it("deploys a second release under load, refuses a broken one, and rolls back, without a failed request", async () => {
      const first = stage.version;
      const load = startLoad(`${stage.url}/api/dashboard/mobile-data`);
      const deployed = await pulseboard("deploy", stage.anotherRelease("0.1.1"), "--local", ".");
      expect(deployed.code, deployed.output).toBe(0);
      expect(await versionServed()).toBe("0.1.1");
      const broken = stage.anotherRelease("0.1.2", (folder) => {
        writeFileSync(join(folder, "dist/pulseboard.mjs"), "throw new Error('a broken release');\n");
      });
      const refused = await pulseboard("deploy", broken, "--local", ".");
      expect(refused.code, refused.output).toBe(1);
      expect(refused.output).toMatch(/Step \d \(.*\) failed: .*runs/);
      expect(await versionServed()).toBe("0.1.1");
      const back = await stage.shell("current/bin/pulseboard rollback --local .");
      expect(back.code, back.output).toBe(0);
      expect(await versionServed()).toBe(first);
      const { answered, failures } = await load.stop();
      expect(failures).toEqual([]);
      expect(answered).toBeGreaterThan(200);
    });

    it("names a Redis that is away", async () => {
      await stage.redis.kill();
      await untilReason(/store_away:redis/);
      expect(await diagnosis()).toMatch(/redis: .*(?:refused|no connection|unreachable|ECONNREFUSED)/i);
      await stage.redis.restart();
      await stage.setUpRedis();
      await untilWell();
    });

    it("names a memcached that is away", async () => {
      await stage.memcached.kill();
      await untilReason(/store_(?:away|unwritable):memcached/);
      expect(await diagnosis()).toMatch(/memcached: /);
      await stage.memcached.restart();
      await untilWell();
    });

    it("names a disk that takes nothing", async () => {
      const data = join(stage.root, "shared/data");
      renameSync(data, `${data}.kept`);
      writeFileSync(data, "no folder");
      await untilReason(/store_unwritable:disk/);
      expect(await diagnosis()).toMatch(/DATA_DIR|disk/);
      if (!isLeftOut("promtool")) {
        expect(await alerts()).toContain("PulseboardDiskCopyFails");
      }
      rmSync(data);
      renameSync(`${data}.kept`, data);
      await untilWell();
    });

    it("names a wrong .env before anything is ended", async () => {
      const file = join(stage.root, "shared/.env");
      const right = readFileSync(file, "utf8");
      writeFileSync(file, `${right}SYMBOL_COUNT=many\n`);
      const { code, output } = await pulseboard("doctor", "--config");
      expect(code).toBe(1);
      expect(output).toMatch(/SYMBOL_COUNT/);
      writeFileSync(file, right);
    });

    it("names a ban, until when it lasts, and that a restart does not end it", async () => {
      await fetch(`${stage.simulator.url}/__ban`, { method: "POST" });
      await untilReason(/exchange_paused:exchange_banned/);
      const { until: ends } = await readiness();
      const bannedUntilMs = Date.parse(ends?.["exchange_paused:exchange_banned"] ?? "");
      expect(bannedUntilMs).toBeGreaterThan(Date.now());
      expect(await diagnosis()).toMatch(/banned/);
      if (!isLeftOut("promtool")) {
        expect(await alerts()).toContain("PulseboardBannedOrBlocked");
      }
      const restarted = await stage.shell("pm2/node_modules/pm2/bin/pm2 restart pulseboard-worker");
      expect(restarted.code, restarted.output).toBe(0);
      await delay(BETWEEN_READINGS_MS);
      const later = await readiness();
      const laterMs = Date.parse(later.until?.["exchange_paused:exchange_banned"] ?? "");
      expect(Math.abs(laterMs - bannedUntilMs)).toBeLessThan(1_000);
      if (figures.waitsForBan) {
        await until(async () => ((await readiness()).degraded.length === 0 ? true : null), 11 * 60_000);
        expect(await readiness()).toMatchObject({ degraded: [] });
      }
    });
  });
}
