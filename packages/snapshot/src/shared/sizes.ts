const KIB = 1024;

/** The most that a document may take, bytes of UTF-8. Below 1 MiB, which is where memcached's default limit lies. */
export const MAX_SNAPSHOT_BYTES = 256 * KIB;
export const MAX_ANALYSIS_BYTES = 64 * KIB;
export const MAX_ALERTS_BYTES = 256 * KIB;
export const MAX_SYMBOLS_BYTES = 1000 * KIB;
export const MAX_HISTORY_BYTES = 1000 * KIB;
/** Never in memcached; tested with 500 symbols of full history. */
export const MAX_WORKER_STATE_BYTES = 1_000_000;

/** The length of `text` in UTF-8, as caches and disks count it. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit >= 0x800) {
      bytes += 2;
    } else if (unit >= 0x80) {
      bytes += 1;
    }
    // Two surrogates are four bytes together: two each.
    if (unit >= 0xd800 && unit <= 0xdfff) {
      bytes -= 1;
    }
  }
  return bytes;
}
