/** A string that does not end reaches to the end of the text, so that no character is looked at twice. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?$)|[{}[\]]/gs;
const VALUE = /\s*:\s*([1-9]\d{0,15})\s*[,}]/y;

/**
 * Reads the number under the key `sequence` of a JSON object, at its top level only, without parsing the rest. Our
 * documents begin with it. Null when there is none.
 */
export function topLevelSequence(text: string): number | null {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === "{" || token === "[") {
      depth += 1;
    } else if (token === "}" || token === "]") {
      depth -= 1;
    } else if (depth === 1 && token === '"sequence"') {
      VALUE.lastIndex = index + token.length;
      const value = VALUE.exec(text)?.[1];
      if (value !== undefined) {
        return Number(value);
      }
    }
  }
  return null;
}
