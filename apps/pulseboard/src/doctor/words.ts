/** "12 s", "5 min", "3 h". */
export function duration(ms: number): string {
  const s = Math.round(ms / 1000);
  if (s < 120) {
    return `${s} s`;
  }
  return s < 7200 ? `${Math.round(s / 60)} min` : `${Math.round(s / 3600)} h`;
}

/** "230 MB", "1.4 GB", of a number of bytes. */
export function size(bytes: number): string {
  if (bytes < 1e6) {
    return `${Math.round(bytes / 1000)} kB`;
  }
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** "1 key", "2 keys". */
export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
