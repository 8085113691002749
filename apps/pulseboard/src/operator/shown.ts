const MAX_LENGTH = 200;

/** What another program has said, for a line that people read: of a value that is no text its JSON, and of a long one the beginning. */
export function shown(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}...` : text;
}
