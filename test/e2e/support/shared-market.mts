import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { inject } from "vitest";
import { simulatedMarket } from "../../../scripts/lib/page-market.mjs";

type Market = Awaited<ReturnType<typeof simulatedMarket>>;

/**
 * The generated market that all tests of the page share: the demo takes some ten seconds to score it. The first test file that needs
 * it runs the demo; the others wait for its result.
 */
export async function sharedMarket(): Promise<Market> {
  const folder = inject("pageFolder");
  const file = join(folder, "market.json");
  const isFirst = await mkdir(join(folder, "generating")).then(
    () => true,
    () => false,
  );
  if (isFirst) {
    const result = await simulatedMarket().then(
      ({ sequence, documents }) => ({ sequence, documents: [...documents] }),
      (error: unknown) => ({ error: String(error) }),
    );
    await writeFile(`${file}.new`, JSON.stringify(result));
    await rename(`${file}.new`, file);
  }
  for (;;) {
    const text = await readFile(file, "utf8").catch(() => null);
    if (text === null) {
      await delay(50);
      continue;
    }
    const result = JSON.parse(text);
    if (result.error !== undefined) {
      throw new Error(`the market for the tests of the page could not be generated: ${result.error}`);
    }
    return { sequence: result.sequence, documents: new Map(result.documents) };
  }
}
