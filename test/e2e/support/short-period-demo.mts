import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { untilSnapshot } from "./ask.mts";
import { startProgram } from "./program.mts";

const SYMBOLS = 12;

export interface Demo {
  readonly url: string;
  readonly simulatorUrl: string;
  stop(): Promise<void>;
}

/** The demo with its first scores, and with the shortest period that is allowed: 5 s. */
export async function startShortPeriodDemo(): Promise<Demo> {
  const folder = await createTemporaryFolder();
  const demo = startProgram("demo", [], {
    PORT: "0",
    HOST: "127.0.0.1",
    DATA_DIR: folder.path,
    SYMBOL_COUNT: String(SYMBOLS),
    REFRESH_CRON: "*/5 * * * * *",
  });
  const [, simulatorUrl = ""] = await demo.printed(/Simulated exchange at (\S+)/);
  const [, url = ""] = await demo.printed(/answers at (http:\/\/[^/\s]+)/);
  await untilSnapshot(url, ({ sections }) => sections.scores.received >= SYMBOLS);
  return {
    url,
    simulatorUrl,
    stop: async () => {
      await demo.stop();
      await folder.remove();
    },
  };
}
