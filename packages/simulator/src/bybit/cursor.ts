/**
 * The exchange hands cursors out percent-encoded ("lastid%3D0%26lasttime%3D1788908400"); clients send them back as they
 * are or encoded once more. Both are understood.
 */
export function encodeCursor(fields: Readonly<Record<string, string>>): string {
  return encodeURIComponent(
    Object.entries(fields)
      .map(([name, value]) => `${name}=${value}`)
      .join("&"),
  );
}

/** The fields of a cursor; none for an empty one. */
export function decodeCursor(text: string | null): URLSearchParams {
  const cursor = text ?? "";
  return new URLSearchParams(cursor.includes("%") ? decodeURIComponent(cursor) : cursor);
}
