/**
 * An hourly schedule that is due in half an hour: of a program with it, one snapshot stays the newest throughout a test, at whatever
 * minute of the hour the test runs.
 */
export function hourlyCron(): string {
  return `0 ${(new Date().getUTCMinutes() + 30) % 60} * * * *`;
}
