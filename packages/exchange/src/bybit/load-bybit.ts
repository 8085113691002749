import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import type { bybit } from "ccxt";

/**
 * Loads ccxt's bybit class alone, by its file. `import { bybit } from "ccxt"` loads over a hundred exchanges: 330 ms
 * and 53 MB of resident memory more (docs/decisions.md). The version is pinned exactly and a test loads it. A bundler cannot follow
 * this; scripts/release puts a plain import in the place of this module.
 */
export async function loadBybit(): Promise<typeof bybit> {
  const entry = createRequire(import.meta.url).resolve("ccxt");
  const file = new URL("../js/src/bybit.js", pathToFileURL(entry));
  const module: { readonly default: typeof bybit } = await import(file.href);
  return module.default;
}
