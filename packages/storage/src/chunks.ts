/** So much text is sent at once: a dozen documents, and a few milliseconds of the event loop. */
const CHUNK_LENGTH = 512 * 1024;

/** Entries in their order, in chunks of at most 512 KiB of text; a longer one is a chunk of its own. */
export function* chunksOf<Entry extends readonly [key: string, text: string]>(
  entries: Iterable<Entry>,
): Generator<readonly Entry[]> {
  let chunk: Entry[] = [];
  let length = 0;
  for (const entry of entries) {
    const [, text] = entry;
    if (chunk.length > 0 && length + text.length > CHUNK_LENGTH) {
      yield chunk;
      chunk = [];
      length = 0;
    }
    chunk.push(entry);
    length += text.length;
  }
  if (chunk.length > 0) {
    yield chunk;
  }
}
