/** Bytes that end too early, or cannot be what they should be. */
export class FormatError extends Error {}

/** Collects bytes. */
export interface ByteWriter {
  byte(value: number): void;
  /** A whole number from 0 to 2^53, seven bits in a byte, the lowest first. */
  whole(value: number): void;
  /** Any whole number of at most 2^52, small ones in few bytes. */
  signed(value: number): void;
  text(value: string): void;
  /** What was written so far. */
  bytes(): Buffer;
}

export function createByteWriter(): ByteWriter {
  let buffer = Buffer.allocUnsafe(4096);
  let length = 0;
  const reserve = (bytes: number): void => {
    if (length + bytes > buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(2 * buffer.length, length + bytes));
      buffer.copy(larger, 0, 0, length);
      buffer = larger;
    }
  };
  const whole = (value: number): void => {
    reserve(8);
    let rest = value;
    while (rest >= 128) {
      buffer[length++] = 128 + (rest % 128);
      rest = Math.floor(rest / 128);
    }
    buffer[length++] = rest;
  };
  return {
    byte: (value) => {
      reserve(1);
      buffer[length++] = value;
    },
    whole,
    signed: (value) => whole(value < 0 ? -2 * value - 1 : 2 * value),
    text: (value) => {
      const bytes = Buffer.byteLength(value);
      whole(bytes);
      reserve(bytes);
      length += buffer.write(value, length);
    },
    bytes: () => buffer.subarray(0, length),
  };
}

/** Reads what a ByteWriter wrote. Each call throws a FormatError beyond the end. */
export interface ByteReader {
  byte(): number;
  whole(): number;
  signed(): number;
  text(): string;
  take(bytes: number): Buffer;
}

export function createByteReader(buffer: Buffer): ByteReader {
  let at = 0;
  const take = (bytes: number): Buffer => {
    if (at + bytes > buffer.length) {
      throw new FormatError("it ends too early");
    }
    at += bytes;
    return buffer.subarray(at - bytes, at);
  };
  const byte = (): number => {
    const value = buffer[at];
    if (value === undefined) {
      throw new FormatError("it ends too early");
    }
    at += 1;
    return value;
  };
  const whole = (): number => {
    let value = 0;
    let factor = 1;
    for (let next = byte(); ; next = byte()) {
      value += (next % 128) * factor;
      if (value > Number.MAX_SAFE_INTEGER) {
        throw new FormatError("a number is too large");
      }
      if (next < 128) {
        return value;
      }
      factor *= 128;
    }
  };
  return {
    byte,
    whole,
    signed: () => {
      const value = whole();
      return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    },
    text: () => take(whole()).toString("utf8"),
    take,
  };
}
