import { startProgram } from "./program.mts";

interface Validation {
  readonly code: number | null;
  readonly sections: readonly {
    readonly title: string;
    readonly checks: readonly {
      readonly name: string;
      readonly verdict: string;
      readonly seen: string;
      readonly cure?: string;
    }[];
  }[];
}

/** Validates a server as an operator does. */
export async function runValidate(url: string, ...args: readonly string[]): Promise<Validation> {
  const program = startProgram("validate", [url, "--json", ...args], {});
  const code = await program.ended();
  return { code, sections: JSON.parse(program.output()).sections };
}
