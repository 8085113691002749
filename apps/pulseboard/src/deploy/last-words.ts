/** The line of an uncaught error, before its stack: "TypeError: ..." or "Error [ERR_X]: ...". */
const ERROR_LINE = /^(?:Uncaught )?\w*Error\b.*: \S/;
const REFUSAL = "pulseboard: ";

/** Why a program ended, from all that it wrote: its refusal with what to do, else its error without the stack, else its last line. */
export function lastWords(output: string): string {
  const lines = output.trim().split("\n");
  const refusal = lines.findLastIndex((line) => line.startsWith(REFUSAL));
  if (refusal >= 0) {
    const [first = "", ...others] = lines.slice(refusal);
    return [first.slice(REFUSAL.length), ...others.map((line) => line.trim())].join(" ");
  }
  return lines.findLast((line) => ERROR_LINE.test(line)) ?? lines.at(-1)?.trim() ?? "";
}
