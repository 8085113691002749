const KIB = 1024;

/** Size limits of documents, bytes of UTF-8. All are below 1 MiB, memcached's default limit. */
export const MAX_SNAPSHOT_BYTES = 256 * KIB;
export const MAX_ANALYSIS_BYTES = 64 * KIB;
export const MAX_ALERTS_BYTES = 256 * KIB;
export const MAX_SYMBOLS_BYTES = 1000 * KIB;
export const MAX_DAYS_BYTES = 600 * KIB;
export const MAX_SYMBOL_HISTORY_BYTES = 48 * KIB;
export const MAX_RECORD_BYTES = 160 * KIB;
export const MAX_HISTORY_BYTES = 1000 * KIB;
/** Never in memcached; tested with 500 symbols of full history. */
export const MAX_WORKER_STATE_BYTES = 1_000_000;

/** The length of `text` in bytes of UTF-8. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit >= 0x800) {
      bytes += 2;
    } else if (unit >= 0x80) {
      bytes += 1;
    }
    // A pair of surrogates takes four bytes: two for each.
    if (unit >= 0xd800 && unit <= 0xdfff) {
      bytes -= 1;
    }
  }
  return bytes;
}
