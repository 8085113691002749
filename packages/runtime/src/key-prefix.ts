/** Completes the sentence "expected ...". */
export const KEY_PREFIX_FORM = "up to 32 of a-z, 0-9, colon, underscore and hyphen, such as staging:";

/** Tells whether a text can be the name of an installation before its keys: Redis, memcached and BullMQ take all of these. */
export function isKeyPrefix(text: string): boolean {
  return /^[a-z0-9:_-]{0,32}$/.test(text);
}
