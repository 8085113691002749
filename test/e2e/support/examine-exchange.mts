import { startProgram } from "./program.mts";

interface ExaminedExchange {
  readonly code: number | null;
  readonly checks: readonly { readonly name: string; readonly verdict: string; readonly seen: string }[];
}

/** Compares the exchange with what we assume of it, as an operator does. */
export async function examineExchange(env: Readonly<Record<string, string>>): Promise<ExaminedExchange> {
  const program = startProgram("doctor", ["--exchange-assumptions", "--json"], env);
  const code = await program.ended();
  const { sections } = JSON.parse(program.output()) as { sections: readonly { checks: ExaminedExchange["checks"] }[] };
  return { code, checks: sections.flatMap(({ checks }) => checks) };
}
