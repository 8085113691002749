import { driftAt, walkAt } from "../market/noise.ts";
import { createRandomStream, drawFrom, FAT_TAILED, hashOf } from "../market/random.ts";
import { BLOCK_MINUTES, BLOCK_MS, DAY_MS, HOUR_MS } from "../market/time.ts";

const MINUTES_PER_DAY = 1440;

/** The movement of a market, minute by minute, and its volatility. */
export interface FactorBlock {
  /** Log level at the block's start and after each of its minutes: 241 values. */
  readonly path: Float64Array;
  /** Volatility of each minute as a multiple of the usual: regime x time of day x aftershocks of large moves. */
  readonly intensity: Float64Array;
}

export function emptyFactorBlock(): FactorBlock {
  return { path: new Float64Array(BLOCK_MINUTES + 1), intensity: new Float64Array(BLOCK_MINUTES) };
}

/** Enough for 1000 candles of 4 h; about 4 MB. */
const KEPT_BLOCKS = 1100;

/** The common movement of all symbols, or of one sector. */
export interface FactorPath {
  block(blockIndex: number): FactorBlock;
  /** Log level at a moment; equals the path where blocks meet and is near it in between. */
  levelAt(timeMs: number): number;
}

/** Keeps its blocks, because every symbol needs the same ones. */
export function createFactorPath(key: number, dailyDeviation: number): FactorPath {
  const blocks = new Map<number, FactorBlock>();
  return {
    block: (blockIndex) => {
      const known = blocks.get(blockIndex);
      if (known !== undefined) {
        return known;
      }
      const block = emptyFactorBlock();
      for (let minute = 0; minute < BLOCK_MINUTES; minute++) {
        block.intensity[minute] = timeOfDay(blockIndex, minute);
      }
      bridge(key, blockIndex, dailyDeviation, block.intensity, block);
      blocks.set(blockIndex, block);
      if (blocks.size > KEPT_BLOCKS) {
        for (const oldest of blocks.keys()) {
          blocks.delete(oldest);
          break;
        }
      }
      return block;
    },
    levelAt: (timeMs) => walkAt(key, timeMs / BLOCK_MS) * dailyDeviation,
  };
}

/**
 * Minutes between two points of the slow walk: a random walk with fat tails and clustered volatility, bent so that it
 * ends where the next block starts. Each block can therefore be computed on its own.
 *
 * @param usual volatility of each minute before regime and clusters
 * @param into is filled; its intensity may be `usual` itself
 */
export function bridge(
  key: number,
  blockIndex: number,
  dailyDeviation: number,
  usual: Float64Array,
  into: FactorBlock,
): void {
  const { path, intensity } = into;
  const random = createRandomStream(hashOf(key, blockIndex));
  const minuteDeviation = dailyDeviation / Math.sqrt(MINUTES_PER_DAY);
  const regimeKey = hashOf(key, 1);
  const regimeStart = regimeAt(regimeKey, blockIndex);
  const regimeStep = (regimeAt(regimeKey, blockIndex + 1) - regimeStart) / BLOCK_MINUTES;
  const jumpMinute = random.unit() < 0.04 ? Math.floor(random.unit() * BLOCK_MINUTES) : -1;
  let aftershock = 1;
  let sum = 0;
  for (let minute = 0; minute < BLOCK_MINUTES; minute++) {
    const volatility = (usual[minute] ?? 1) * (regimeStart + regimeStep * minute) * (0.25 + 0.75 * aftershock);
    let shock = drawFrom(FAT_TAILED, random.bits());
    if (minute === jumpMinute) {
      shock = Math.sign(shock) * (8 + 12 * random.unit());
    }
    aftershock = 0.9 * aftershock + 0.1 * Math.min(6, Math.abs(shock) / 0.7);
    intensity[minute] = volatility;
    sum += shock * volatility * minuteDeviation;
    path[minute + 1] = sum;
  }
  const start = walkAt(key, blockIndex) * dailyDeviation;
  const end = walkAt(key, blockIndex + 1) * dailyDeviation;
  const bend = (end - start - sum) / BLOCK_MINUTES;
  for (let minute = 0; minute <= BLOCK_MINUTES; minute++) {
    path[minute] = start + (minute === 0 ? 0 : (path[minute] ?? 0)) + bend * minute;
  }
}

/** Calm and stormy times of days to weeks, as a multiple of the usual volatility. */
function regimeAt(key: number, blockIndex: number): number {
  return Math.exp(0.35 * driftAt(key, blockIndex * BLOCK_MS, 5 * DAY_MS)) * 0.9;
}

/** Busiest around 15:00 UTC. */
function timeOfDay(blockIndex: number, minute: number): number {
  const hour = ((blockIndex * BLOCK_MS) % DAY_MS) / HOUR_MS + minute / 60;
  return 1 + 0.3 * Math.cos(((hour - 15) / 24) * 2 * Math.PI);
}
