/**
 * An age in SI symbols, which are the same in every language: "12 s", "3 min 5 s", "2 h 5 min", "3 d 4 h". Rounds down
 * to whole units: an age is shown once it is reached.
 *
 * @param ageS - Seconds; negative values count as 0.
 */
export function formatAge(ageS: number): string {
  const seconds = Math.max(0, Math.floor(ageS));
  const [minutes, hours, days] = [60, 3600, 86_400].map((unit) => Math.floor(seconds / unit)) as [
    number,
    number,
    number,
  ];
  if (minutes === 0) {
    return `${seconds} s`;
  }
  if (hours === 0) {
    return `${minutes} min ${seconds % 60} s`;
  }
  if (days === 0) {
    return `${hours} h ${minutes % 60} min`;
  }
  return `${days} d ${hours % 24} h`;
}

/** A span that a figure covers, rounded: "78 min", and whole hours from two on: "3 h", "24 h". */
export function formatSpan(spanMs: number): string {
  const minutes = Math.round(spanMs / 60_000);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

/** The larger unit only, for ages that do not tick: "3 min", "2 h". */
export function formatRoughAge(ageS: number): string {
  return formatAge(ageS).split(" ").slice(0, 2).join(" ");
}
