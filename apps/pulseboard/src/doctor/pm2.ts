import type { Check } from "../operator/checks.ts";
import type { Pm2App, Pm2Readings } from "./pm2-readings.ts";
import { failed, ok, warning } from "./verdicts.ts";
import { count, size } from "./words.ts";

const EXPECTED = ["pulseboard-worker", "pulseboard-server"];
const MANY_CRASHES = 3;
const LARGE_LOG = 500_000_000;

/** Whether PM2 runs both, and will after a reboot. Null: its daemon does not run for this user. */
export function judgePm2(readings: Pm2Readings | null): readonly Check[] {
  if (readings === null) {
    return [ok("daemon", "does not run for this user")];
  }
  if (readings.apps.length === 0) {
    return [ok("processes", "none of them is Pulseboard's")];
  }
  const { apps } = readings;
  return [
    ...EXPECTED.map((name) =>
      judgeApp(
        name,
        apps.find((app) => app.name === name),
      ),
    ),
    ...judgeBoot(readings),
    judgeSaved(readings),
    judgeLogs(readings),
  ];
}

function judgeApp(name: string, app: Pm2App | undefined): Check {
  if (app === undefined) {
    return failed(name, { seen: "PM2 does not have it", cure: `Run pm2 start ecosystem.config.js --only ${name}.` });
  }
  const seen = `${app.status}, ${count(app.crashes, "crash").replace("crashs", "crashes")} in the last hour`;
  if (app.status !== "online") {
    return failed(name, { seen, expected: "online", cure: `Read pm2 logs ${name}, then run pm2 restart ${name}.` });
  }
  const wrong = { seen, cure: `Read pm2 logs ${name}: it says why it ended.` };
  if (app.crashes >= MANY_CRASHES) {
    return failed(name, wrong);
  }
  return app.crashes > 0 ? warning(name, wrong) : ok(name, seen);
}

function judgeBoot({ unit, hasSystemd }: Pm2Readings): readonly Check[] {
  const name = "started at boot";
  if (unit === null) {
    const cure = "Run pm2 startup and the command that it prints, with PM2 outside of releases and checkouts.";
    return hasSystemd ? [warning(name, { seen: "no: there is no pm2 unit in systemd", cure })] : [];
  }
  const seen = `${unit.path} starts ${unit.program}`;
  const cure = "Install PM2 in a folder of its own, and run its pm2 startup again.";
  if (!unit.exists) {
    return [failed(name, { seen: `${seen}, which does not exist`, cure })];
  }
  const wrong = { seen: `${seen}, which a clean-up or an installation removes`, cure };
  return [unit.isFleeting ? warning(name, wrong) : ok(name, seen)];
}

function judgeSaved({ saved, apps }: Pm2Readings): Check {
  const missing = apps.map(({ name }) => name).filter((name) => saved?.includes(name) !== true);
  return missing.length === 0
    ? ok("saved", "both come back after a reboot")
    : warning("saved", { seen: `not ${missing.join(" and ")}`, cure: "Run pm2 save." });
}

function judgeLogs({ apps, isRotated }: Pm2Readings): Check {
  const bytes = apps.reduce((sum, { logBytes }) => sum + logBytes, 0);
  const seen = `${size(bytes)}, ${isRotated ? "rotated" : "not rotated"}`;
  const cure = "Run pm2 install pm2-logrotate, or add a file to /etc/logrotate.d.";
  return isRotated && bytes < LARGE_LOG ? ok("logs", seen) : warning("logs", { seen, cure });
}
