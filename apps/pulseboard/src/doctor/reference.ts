import type { Check } from "../operator/checks.ts";
import { ok, warning } from "./verdicts.ts";

interface Probe {
  readonly name: string;
  readonly error: { readonly code: string; readonly message: string; readonly hint: string | null } | null;
  readonly tookMs: number;
}

/** The only source of its figure; the others stand in for each other. */
const ALONE = "alternative.me";

/** One line for each service. Pulseboard goes on without them, so that none of them fails an installation. */
export function judgeReference(probes: readonly Probe[]): readonly Check[] {
  return probes.map(({ name, error, tookMs }) => {
    if (error === null) {
      return ok(name, `answers in ${Math.round(tookMs)} ms`);
    }
    const rest =
      name === ALONE ? "the fear and greed index is unknown meanwhile" : "another service is asked meanwhile";
    return warning(name, {
      seen: `${error.code}: ${error.message}`,
      cure: `Check the network and REFERENCE_URL, or wait: ${rest}.`,
    });
  });
}
