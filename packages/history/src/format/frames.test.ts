import { expect, it } from "vitest";
import { type Damage, encodeFrame, readFrames } from "./frames.ts";

const PAYLOADS = ["first", "", "third ".repeat(60_000), "PBH1 looks like a beginning", "last"].map((text) =>
  Buffer.from(text),
);
const FILE = Buffer.concat(PAYLOADS.map(encodeFrame));

async function read(file: Buffer): Promise<{ readonly texts: readonly string[]; readonly damage: readonly Damage[] }> {
  const texts: string[] = [];
  const damage: Damage[] = [];
  const readAt = async (position: number, bytes: number): Promise<Buffer> => file.subarray(position, position + bytes);
  for await (const payload of readFrames(readAt, (each) => damage.push(each))) {
    texts.push(payload.toString());
  }
  return { texts, damage };
}

it("reads every record of a file that is whole, and says nothing", async () => {
  expect(await read(FILE)).toEqual({ texts: PAYLOADS.map(String), damage: [] });
  expect(await read(Buffer.alloc(0))).toEqual({ texts: [], damage: [] });
});

it("passes over bytes that are no record, before, between and behind, and says how many they are", async () => {
  const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = PAYLOADS.map(encodeFrame);
  const noise = Buffer.alloc(300_000, "PBH");
  const found = await read(Buffer.concat([noise, first, noise, second, noise]));
  expect(found.texts).toEqual(["first", ""]);
  expect(found.damage).toEqual([{ offset: 0, bytes: 900_000, stretches: 3 }]);
});

it("does not believe a length that reaches beyond the next record", async () => {
  const [first = Buffer.alloc(0), ...rest] = PAYLOADS.map(encodeFrame);
  for (const length of [6, 1000, 400_000, 2 ** 31, 2 ** 32 - 1]) {
    const wrong = Buffer.from(first);
    wrong.writeUInt32LE(length, 4);
    const found = await read(Buffer.concat([wrong, ...rest]));
    expect(found.texts).toEqual(PAYLOADS.slice(1).map(String));
    expect(found.damage).toEqual([{ offset: 0, bytes: first.length, stretches: 1 }]);
  }
});
