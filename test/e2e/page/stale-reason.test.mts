import type { PageSnapshot } from "@pulseboard/snapshot";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it, onTestFinished } from "vitest";
import { ask, untilSnapshot } from "../support/ask.mts";
import { HURRIED } from "../support/hurried-durations.mts";
import { readBadge } from "../support/page-reading.mts";
import { visit } from "../support/page-visit.mts";
import { simulated, startHurried, startSimulatorProgram } from "../support/program.mts";
import { connectBrowser } from "../support/shared-browser.mts";

const BAN_MS = 12_000;
/** A zone that no machine of ours is in, so that a time of the machine would be another. */
const ZONE = "Asia/Kathmandu";

/** Hours and minutes in the reader's zone. */
const clockTime = (unixS: number): string =>
  new Date(unixS * 1000).toLocaleTimeString("en-GB", { timeZone: ZONE, hour: "2-digit", minute: "2-digit" });

it("says that the exchange has paused us, since when and until when by the reader's clock, and no longer than that", async () => {
  const folder = await createTemporaryFolder();
  const simulator = await startSimulatorProgram("--seed", "9", "--ban-ms", `${BAN_MS}`);
  const env = {
    REFRESH_CRON: "*/2 * * * * *",
    FRESH_FOR_MS: "3000",
    SYMBOL_COUNT: "5",
    PORT: "0",
    HOST: "127.0.0.1",
    ...simulated(simulator.url, folder.path),
  };
  const pulseboard = startHurried({ worker: true, server: true }, env, {
    ...HURRIED,
    exchange: { banPauseMs: BAN_MS },
  });
  onTestFinished(async () => {
    await pulseboard.stop();
    await simulator.stop();
    await folder.remove();
  });
  const [, url = ""] = await pulseboard.printed(/answers at (http:\/\/[^/\s]+)/);
  await untilSnapshot(url, ({ sections, stale }) => sections.scores.received === 5 && !stale);

  const browser = await connectBrowser();
  const someone = await visit(browser, url, { timezoneId: ZONE });
  onTestFinished(async () => {
    await someone.close();
    await browser.close();
  });
  const page = await someone.open();
  await expect.poll(async () => (await readBadge(page)).state).toBe("fresh");
  const notice = page.locator("[data-notice=stale]");
  expect(await notice.count()).toBe(0);

  await fetch(`${simulator.url}/__ban`, { method: "POST" });
  await notice.getByText("the exchange has paused us since").waitFor();
  const { body, headers } = await ask(`${url}/api/snapshot`);
  const { stale, stale_reason: reason } = body as unknown as PageSnapshot;
  expect({ stale, code: reason?.code }).toEqual({ stale: true, code: "exchange_paused:exchange_banned" });
  const { since = 0, until } = reason ?? {};
  expect(Math.abs((until ?? 0) - since - BAN_MS / 1000)).toBeLessThanOrEqual(1);
  expect(await notice.innerText()).toContain(
    `the exchange has paused us since ${clockTime(since)}, until ${clockTime(until ?? 0)}`,
  );
  const bodies = [await ask(`${url}/api/dashboard/mobile-data`), await ask(`${url}/api/market/overview`)];
  expect(bodies.map((other) => other.body.stale_reason)).toEqual([reason, reason]);
  expect(new Set([headers, ...bodies.map((other) => other.headers)].map((each) => each.get("etag"))).size).toBe(3);

  await expect.poll(async () => (await readBadge(page)).state, { timeout: 60_000 }).toBe("fresh");
  expect(await notice.count()).toBe(0);
  expect((await ask(`${url}/api/snapshot`)).body).toMatchObject({ stale: false, stale_reason: null });
  expect(someone.problems()).toEqual([]);
});
