import type { ChainReport } from "@pulseboard/history";

const PROBLEMS: Readonly<Record<ChainReport["broken"][number]["problem"], string>> = {
  line: "the line of the chain cannot be read",
  link: "its hash is not made from the one before and what the line says",
  file: "the file is not the one that was linked",
  removed: "the file is gone, and it is not old enough to be removed",
};

/** What a walk along the chain has seen, for people. */
export function chainWords(report: ChainReport): string {
  const { intact, links, head, firstDay, lastDay, missingDays, filesCompared, filesExpired, broken } = report;
  if (links === 0 && intact) {
    return "The chain has no link yet: the first one is made when a day of history is closed.";
  }
  const lines = [
    intact ? "The chain is whole." : `The chain is broken in ${places(broken.length)}.`,
    `  ${links} links of the days ${firstDay ?? "none"} to ${lastDay ?? "none"}, head ${head ?? "none"}`,
    `  ${filesCompared} files compared with their link; ${filesExpired} are gone because of their age, and their hashes stay`,
    missingDays.length === 0
      ? "  no day is missing"
      : `  ${missingDays.length} days are missing, which breaks no chain: ${missingDays.join(", ")}`,
    ...broken.map(({ line, day, problem }) => `  line ${line}, ${day ?? "of no day"}: ${PROBLEMS[problem]}`),
  ];
  return lines.join("\n");
}

function places(count: number): string {
  return count === 1 ? "one place" : `${count} places`;
}
