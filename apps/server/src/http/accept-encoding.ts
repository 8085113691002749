/** The codings that bodies are prepared in, the smallest first: of what a client likes equally well, it gets the smallest. */
const CONTENT_CODINGS = ["br", "gzip", "identity"] as const;
export type ContentCoding = (typeof CONTENT_CODINGS)[number];

/** Browsers send a handful of different headers; beyond this it is somebody who plays. */
const REMEMBERED_HEADERS = 100;

/** Below every weight that a client can give: identity is acceptable unless excluded, but what was asked for comes first. */
const UNASKED_IDENTITY = 0.0001;

/**
 * Which coding to send, by RFC 9110, 12.5.3; null when the client takes none of ours.
 *
 * @param acceptEncoding - The header; undefined when there was none, which leaves the choice to us: no coding at all is
 *   what every client understands.
 */
export function chooseCoding(acceptEncoding: string | undefined): ContentCoding | null {
  if (acceptEncoding === undefined) {
    return "identity";
  }
  const weights = new Map<string, number>();
  for (const part of acceptEncoding.toLowerCase().split(",")) {
    const [coding = "", ...parameters] = part.split(";").map((text) => text.trim());
    const weight = weightOf(parameters);
    // What is not a weight says nothing.
    if (weight !== null) {
      weights.set(coding === "x-gzip" ? "gzip" : coding, weight);
    }
  }
  const all = weights.get("*");
  const weightOfCoding = (coding: ContentCoding): number =>
    weights.get(coding) ?? all ?? (coding === "identity" ? UNASKED_IDENTITY : 0);

  let best: ContentCoding | null = null;
  for (const coding of CONTENT_CODINGS) {
    const weight = weightOfCoding(coding);
    if (weight > 0 && (best === null || weight > weightOfCoding(best))) {
      best = coding;
    }
  }
  return best;
}

/** The same with a memory, as nearly every request brings a header that was seen before. */
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

/** 0 to 1; 1 where there is none; null where it is not one. */
function weightOf(parameters: readonly string[]): number | null {
  const parameter = parameters.find((text) => text.startsWith("q="));
  if (parameter === undefined) {
    return 1;
  }
  const [, digits] = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.exec(parameter) ?? [];
  return digits === undefined ? null : Number(digits);
}
