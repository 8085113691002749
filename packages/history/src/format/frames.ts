import { crc32 } from "node:zlib";

const MAGIC = Buffer.from("PBH1", "latin1");
/** Magic, length of the payload, CRC-32 of length and payload. */
const HEAD_BYTES = 12;
/** What claims more is damaged. */
const MAX_PAYLOAD_BYTES = 32 * 1024 * 1024;
const WINDOW_BYTES = 256 * 1024;

/** A record as it is appended to a file. */
export function encodeFrame(payload: Buffer): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  MAGIC.copy(head);
  head.writeUInt32LE(payload.length, 4);
  head.writeUInt32LE(crc32(payload, crc32(head.subarray(4, 8))), 8);
  return Buffer.concat([head, payload]);
}

/** Bytes of a file that are not, or not all of, a record. */
export interface Damage {
  /** Where the first of them lie. */
  readonly offset: number;
  readonly bytes: number;
  /** How many stretches there are. */
  readonly stretches: number;
}

/** Reads up to `bytes` from a place in a file; fewer only at its end. */
export type ReadAt = (position: number, bytes: number) => Promise<Buffer>;

/**
 * The payloads of a file's records, in their order. What is damaged or cut off is passed over up to the next record that is whole, and
 * `onDamage` is called once at the end.
 */
export async function* readFrames(readAt: ReadAt, onDamage: (damage: Damage) => void): AsyncGenerator<Buffer> {
  const view = createView(readAt);
  const damage = { offset: 0, bytes: 0, stretches: 0 };
  let at = 0;
  for (;;) {
    const payload = await readPayload(view, at);
    if (payload === "end") {
      break;
    }
    if (payload !== null) {
      at += HEAD_BYTES + payload.length;
      yield payload;
      continue;
    }
    const next = await findMagic(view, at + 1);
    damage.offset = damage.stretches === 0 ? at : damage.offset;
    damage.bytes += next - at;
    damage.stretches += 1;
    at = next;
  }
  if (damage.stretches > 0) {
    onDamage(damage);
  }
}

type View = (position: number, bytes: number) => Promise<Buffer>;

/** Reads a file by windows, each a new buffer: what was handed out stays as it is. */
function createView(readAt: ReadAt): View {
  let window: Buffer = Buffer.alloc(0);
  let windowAt = 0;
  return async (position, bytes) => {
    if (position < windowAt || position + bytes > windowAt + window.length) {
      window = await readAt(position, Math.max(bytes, WINDOW_BYTES));
      windowAt = position;
    }
    return window.subarray(position - windowAt, position - windowAt + bytes);
  };
}

/** Null: there is no whole record at this place. */
async function readPayload(view: View, at: number): Promise<Buffer | "end" | null> {
  const head = await view(at, HEAD_BYTES);
  if (head.length === 0) {
    return "end";
  }
  if (head.length < HEAD_BYTES || !head.subarray(0, MAGIC.length).equals(MAGIC)) {
    return null;
  }
  const length = head.readUInt32LE(4);
  if (length > MAX_PAYLOAD_BYTES) {
    return null;
  }
  const whole = await view(at, HEAD_BYTES + length);
  const payload = whole.subarray(HEAD_BYTES);
  const isWhole = payload.length === length && crc32(payload, crc32(head.subarray(4, 8))) === head.readUInt32LE(8);
  return isWhole ? payload : null;
}

/** The place of the next beginning of a record, or the end of the file. */
async function findMagic(view: View, from: number): Promise<number> {
  for (let at = from; ; ) {
    const bytes = await view(at, WINDOW_BYTES);
    const found = bytes.indexOf(MAGIC);
    if (found >= 0) {
      return at + found;
    }
    if (bytes.length < WINDOW_BYTES) {
      return at + bytes.length;
    }
    at += bytes.length - MAGIC.length + 1;
  }
}
