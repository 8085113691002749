import { promisify } from "node:util";
import { brotliCompress, brotliDecompress, constants } from "node:zlib";
import {
  HISTORY_COLUMNS,
  type HistoryChunk,
  type HistoryColumn,
  type RefreshHead,
  ROW_STATE,
} from "../domain/history-columns.ts";
import type { MarketDirection } from "../domain/history-row.ts";
import { type ByteReader, createByteReader, createByteWriter, FormatError } from "./bytes.ts";
import { decodeNumbers, encodeNumbers } from "./number-column.ts";

const VERSION = 1;
const DIRECTIONS: readonly MarketDirection[] = [null, "bullish", "neutral", "bearish"];
/** Later ones are no dates. */
const LAST_TIME_MS = 8_640_000_000_000_000;
/** More than any chunk has; what claims more is damaged. */
const MAX_BLOCK_BYTES = 64 * 1024 * 1024;
/** A higher quality makes bytes that are mostly noise no smaller. A window of 64 KiB has every block whole; the usual one takes megabytes each time. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_LGWIN]: 16 } };

const compress = promisify(brotliCompress);
const brotli = promisify(brotliDecompress);

/** Throws a FormatError, whatever is wrong with the bytes. */
async function decompress(block: Buffer): Promise<Buffer> {
  try {
    return await brotli(block, { maxOutputLength: MAX_BLOCK_BYTES });
  } catch (cause) {
    throw new FormatError("it cannot be decompressed", { cause });
  }
}

/** Compressed, or as it is: for a single refresh, which must be written at once. */
export type Packing = "packed" | "plain";

/**
 * Writes a chunk that has all columns: version, packing, the length of each block, and the blocks. The first has times, symbols and
 * states, each further one a column, so that one column can be read without the others.
 */
export async function encodeChunk(chunk: HistoryChunk, packing: Packing): Promise<Buffer> {
  const pack = (block: Buffer): Promise<Buffer> | Buffer => (packing === "plain" ? block : compress(block, BROTLI));
  const packed = [await pack(encodeFrame(chunk))];
  // One after the other: each is a turn of the event loop, and one thread is enough.
  for (const column of HISTORY_COLUMNS) {
    packed.push(await pack(encodeColumn(chunk, column)));
  }
  const head = createByteWriter();
  head.byte(VERSION);
  head.byte(packing === "packed" ? 1 : 0);
  head.whole(packed.length);
  for (const block of packed) {
    head.whole(block.length);
  }
  return Buffer.concat([head.bytes(), ...packed]);
}

/**
 * Reads a chunk, of its columns only those that are wanted. One that is not there, as an earlier version wrote it, is unknown throughout.
 *
 * @throws FormatError when it is not one, or of a later version
 */
export async function decodeChunk(bytes: Buffer, wanted: readonly HistoryColumn[]): Promise<HistoryChunk> {
  const reader = createByteReader(bytes);
  const version = reader.byte();
  if (version !== VERSION) {
    throw new FormatError(`it is of version ${version} of the format`);
  }
  const isPacked = reader.byte() === 1;
  const lengths = readList(reader, () => reader.whole());
  const blocks = lengths.map((length) => reader.take(length));
  const unpacked = (block: Buffer): Promise<Buffer> | Buffer => (isPacked ? decompress(block) : block);
  const frame = decodeFrame(await unpacked(blocks[0] ?? Buffer.alloc(0)));
  const lengthsBySymbol = lengthsOf(frame);
  const cells = frame.states.length;
  // One piece of memory for all: a day that is read refresh by refresh would else ask the system for tens of thousands.
  const all = new Float64Array(wanted.length * cells);
  const columns = new Map<HistoryColumn, Float64Array>();
  for (const [index, column] of wanted.entries()) {
    const block = blocks[1 + HISTORY_COLUMNS.indexOf(column)];
    const own = all.subarray(index * cells, (index + 1) * cells);
    decodeColumn(block === undefined ? null : await unpacked(block), { frame, lengths: lengthsBySymbol, own });
    columns.set(column, own);
  }
  return { ...frame, columns };
}

/** A list after its length, of which any number may be claimed: it ends with the bytes at the latest. */
function readList<T>(reader: ByteReader, readOne: () => T): readonly T[] {
  const list: T[] = [];
  for (let left = reader.whole(); left > 0; left--) {
    list.push(readOne());
  }
  return list;
}

type ChunkFrame = Omit<HistoryChunk, "columns">;

function encodeFrame({ refreshes, symbols, states }: HistoryChunk): Buffer {
  const writer = createByteWriter();
  writer.whole(refreshes.length);
  let before: RefreshHead | null = null;
  for (const head of refreshes) {
    writer.signed(head.asOfMs - (before?.asOfMs ?? 0));
    writer.whole(head.periodMs);
    writer.signed(head.sequence - (before?.sequence ?? 0));
    writer.byte(DIRECTIONS.indexOf(head.direction));
    before = head;
  }
  writer.whole(symbols.length);
  for (const symbol of symbols) {
    writer.text(symbol);
  }
  for (const state of states) {
    writer.byte(state);
  }
  return writer.bytes();
}

function decodeFrame(bytes: Buffer): ChunkFrame {
  const reader = createByteReader(bytes);
  const refreshes: RefreshHead[] = [];
  let [asOfMs, sequence] = [0, 0];
  let before = -1;
  for (let left = reader.whole(); left > 0; left--) {
    asOfMs += reader.signed();
    if (asOfMs <= before || asOfMs > LAST_TIME_MS) {
      throw new FormatError("its times are not in order, or none");
    }
    before = asOfMs;
    const periodMs = reader.whole();
    sequence += reader.signed();
    refreshes.push({ asOfMs, periodMs, sequence, direction: DIRECTIONS[reader.byte()] ?? null });
  }
  const symbols = readList(reader, () => reader.text());
  return { refreshes, symbols, states: new Uint8Array(reader.take(symbols.length * refreshes.length)) };
}

/** How many cells of each symbol have figures. */
function lengthsOf({ refreshes, symbols, states }: ChunkFrame): readonly number[] {
  return symbols.map((_, slot) => {
    const own = states.subarray(slot * refreshes.length, (slot + 1) * refreshes.length);
    let length = 0;
    for (let index = 0; index < own.length; index++) {
      length += own[index] === ROW_STATE.absent ? 0 : 1;
    }
    return length;
  });
}

function encodeColumn(chunk: HistoryChunk, column: HistoryColumn): Buffer {
  const cells = chunk.columns.get(column);
  if (cells === undefined) {
    throw new RangeError(`The chunk has no column ${column}`);
  }
  const lengths = lengthsOf(chunk);
  const values = new Float64Array(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (let cell = 0; cell < cells.length; cell++) {
    if (chunk.states[cell] !== ROW_STATE.absent) {
      values[at++] = cells[cell] ?? Number.NaN;
    }
  }
  return encodeNumbers(values, lengths);
}

interface ColumnPlace {
  readonly frame: ChunkFrame;
  /** How many cells of each symbol have figures. */
  readonly lengths: readonly number[];
  /** One for each cell. */
  readonly own: Float64Array;
}

function decodeColumn(bytes: Buffer | null, { frame, lengths, own }: ColumnPlace): void {
  if (bytes === null) {
    own.fill(Number.NaN);
    return;
  }
  const count = lengths.reduce((sum, length) => sum + length, 0);
  if (count === own.length) {
    decodeNumbers(bytes, lengths, own);
    return;
  }
  const values = new Float64Array(count);
  decodeNumbers(bytes, lengths, values);
  let at = 0;
  for (let cell = 0; cell < own.length; cell++) {
    own[cell] = frame.states[cell] === ROW_STATE.absent ? Number.NaN : (values[at++] ?? Number.NaN);
  }
}
