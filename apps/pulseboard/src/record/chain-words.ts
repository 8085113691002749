import type { ChainReport } from "@pulseboard/history";

const PROBLEMS: Readonly<Record<ChainReport["broken"][number]["problem"], string>> = {
  line: "the line of the chain cannot be read",
  link: "its hash is not made from the one before and what the line says",
  file: "the file is not the one that was linked",
  unreadable: "the file cannot be read",
  removed: "the file is gone, and it is not old enough to be removed",
};

/** What a walk along the chain has seen, for people. */
export function chainWords(report: ChainReport): string {
  const { intact, links, head, firstDay, lastDay, missingDays, filesCompared, filesExpired, filesUnlinked, broken } =
    report;
  if (links === 0 && intact && filesUnlinked === 0) {
    return "The chain has no link yet: the first one is made when a day of history is closed.";
  }
  if (links === 0 && intact) {
    return `There is no chain, and ${filesUnlinked} files of closed days are: it was removed, or the worker was ended before it made the first link.`;
  }
  const lines = [
    intact ? "The chain is whole." : `The chain is broken in ${places(broken.length)}.`,
    `  ${links} links of the days ${firstDay ?? "none"} to ${lastDay ?? "none"}, head ${head ?? "none"}`,
    `  ${filesCompared} files compared with their link; ${filesExpired} are gone because of their age, and their hashes stay`,
    ...(filesUnlinked === 0
      ? []
      : [
          `  ${filesUnlinked} files of closed days have no link: the worker links them with the next day it closes. If it runs, the chain's end was cut off`,
        ]),
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
