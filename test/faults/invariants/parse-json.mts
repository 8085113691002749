/** The value of a JSON text; undefined if it is none. Whether a body is valid is judged in one place, and nothing else may trip over it. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
