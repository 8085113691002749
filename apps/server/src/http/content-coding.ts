/** The codings in which bodies are prepared, smallest result first: this order breaks ties between codings that a client weighs equally. */
const CONTENT_CODINGS = ["br", "gzip", "identity"] as const;
export type ContentCoding = (typeof CONTENT_CODINGS)[number];

/** Browsers send a handful of different headers; the bound keeps strangers from filling our memory. */
const REMEMBERED_HEADERS = 100;

/** Below every weight that a client can give: identity is acceptable unless excluded, but every coding named in the header comes first. */
const UNNAMED_IDENTITY = 0.0001;

/**
 * Chooses the content coding by RFC 9110, 12.5.3; null when the client accepts none that the server has.
 *
 * @param acceptEncoding - The header; undefined when the request has none. We then send identity, which every client understands.
 */
export function chooseCoding(acceptEncoding: string | undefined): ContentCoding | null {
  if (acceptEncoding === undefined) {
    return "identity";
  }
  const weights = new Map<string, number>();
  for (const part of acceptEncoding.toLowerCase().split(",")) {
    const [coding = "", ...parameters] = part.split(";").map((text) => text.trim());
    const weight = parseWeight(parameters);
    // An entry with an invalid weight is ignored.
    if (weight !== null) {
      weights.set(coding === "x-gzip" ? "gzip" : coding, weight);
    }
  }
  const weightOfOthers = weights.get("*");
  const weightOf = (coding: ContentCoding): number =>
    weights.get(coding) ?? weightOfOthers ?? (coding === "identity" ? UNNAMED_IDENTITY : 0);

  let best: ContentCoding | null = null;
  for (const coding of CONTENT_CODINGS) {
    const weight = weightOf(coding);
    if (weight > 0 && (best === null || weight > weightOf(best))) {
      best = coding;
    }
  }
  return best;
}

/** `chooseCoding` with a memory, since nearly every request brings a header that was seen before. */
export function createCodingChoice(): typeof chooseCoding {
  const remembered = new Map<string, ContentCoding | null>();
  return (acceptEncoding) => {
    if (acceptEncoding === undefined) {
      return "identity";
    }
    const known = remembered.get(acceptEncoding);
    if (known !== undefined) {
      return known;
    }
    const chosen = chooseCoding(acceptEncoding);
    if (remembered.size < REMEMBERED_HEADERS) {
      remembered.set(acceptEncoding, chosen);
    }
    return chosen;
  };
}

/** 0 to 1; 1 when there is no weight; null when it is invalid. */
function parseWeight(parameters: readonly string[]): number | null {
  const parameter = parameters.find((text) => text.startsWith("q="));
  if (parameter === undefined) {
    return 1;
  }
  const [, digits] = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.exec(parameter) ?? [];
  return digits === undefined ? null : Number(digits);
}
