import { randomUUID } from "node:crypto";
import { type CommandConnection, RedisError } from "@pulseboard/redis";
import { chunksOf } from "./chunks.ts";
import type { Publication, PublishOutcome, TextsForOthers } from "./document-store.ts";
import type { StorageDurations } from "./durations.ts";
import { REDIS_KEYS, STAGE_LIST_SCRIPT, STAGED_IS_GONE, SWITCH_SCRIPT } from "./redis-scripts.ts";
import { asStoreError } from "./redis-store-error.ts";
import { StoreError } from "./store-error.ts";

interface StagingTools {
  readonly redis: CommandConnection;
  readonly durations: Pick<StorageDurations, "redisSmallMs" | "redisLargeMs" | "redisStagedMs">;
}

/** One publication on its way: the final keys of its texts, documents first, and where each is staged. */
interface Staged {
  readonly list: string;
  /** Where the list waits within the script. */
  readonly movedList: string;
  readonly texts: readonly { readonly key: string; readonly stagedKey: string; readonly text: string }[];
}

const NOTHING_FOR_OTHERS: TextsForOthers = { texts: new Map(), lifetimeMs: 0 };
/** Something that empties Redis again and again gets no more of our attempts than that. */
const MAX_ATTEMPTS = 3;

/**
 * Publishes in pieces: the texts are brought to Redis a few at a time, under keys that nobody reads, and one script makes all of
 * them visible if no newer publication is there. Neither our event loop nor Redis is held for longer than a piece takes. What
 * never becomes visible is removed, or, if that fails too, is gone after `redisStagedMs`.
 *
 * @throws StoreError when it could not be written; the publication before is still whole then
 */
export async function publishStaged(publication: Publication, tools: StagingTools): Promise<PublishOutcome> {
  for (let attempt = 1; ; attempt++) {
    const answer = await stageAndSwitch(publication, tools);
    if (answer === 0) {
      return { published: true };
    }
    if (answer !== STAGED_IS_GONE) {
      return { published: false, currentSequence: answer };
    }
    if (attempt === MAX_ATTEMPTS) {
      throw stagedIsGone(tools.redis.address);
    }
  }
}

/** What SWITCH_SCRIPT returns. */
async function stageAndSwitch(publication: Publication, tools: StagingTools): Promise<number> {
  const staged = namesOf(publication, tools.redis);
  let answer = STAGED_IS_GONE;
  try {
    await stage(publication, staged, tools);
    answer = await switchTo(publication, staged, tools);
  } finally {
    if (answer !== 0) {
      await discard(staged, tools);
    }
  }
  return answer;
}

/** A name for each attempt: two publishers never share what they stage. */
function namesOf({ documents, forOthers = NOTHING_FOR_OTHERS }: Publication, redis: CommandConnection): Staged {
  const prefix = redis.keyOf(`${REDIS_KEYS.staged}${randomUUID()}:`);
  const texts = [...documents, ...forOthers.texts].map(([name, text], index) => {
    return { key: redis.keyOf(name), stagedKey: `${prefix}${index}`, text };
  });
  return { list: `${prefix}list`, movedList: `${prefix}list:moved`, texts };
}

async function stage({ documents }: Publication, { list, texts }: Staged, tools: StagingTools): Promise<void> {
  const { redis, durations } = tools;
  const lifetimeMs = durations.redisStagedMs;
  const keys = texts.slice(0, documents.size).map(({ key }) => key);
  await asStoreError(
    redis.run(durations.redisSmallMs, (client) => client.eval(STAGE_LIST_SCRIPT, 1, list, lifetimeMs, ...keys)),
  );
  for (const chunk of chunksOf(texts.map(({ stagedKey, text }) => [stagedKey, text] as const))) {
    await asStoreError(
      redis.run(durations.redisLargeMs, (client) =>
        Promise.all(chunk.map(([stagedKey, text]) => client.set(stagedKey, text, "PX", lifetimeMs))),
      ),
    );
  }
}

async function switchTo(publication: Publication, staged: Staged, { redis, durations }: StagingTools): Promise<number> {
  const { sequence, documents, forOthers = NOTHING_FOR_OTHERS } = publication;
  const { list, movedList, texts } = staged;
  const keys = [
    ...[REDIS_KEYS.sequence, REDIS_KEYS.documents].map(redis.keyOf),
    list,
    movedList,
    ...texts.map(({ key }) => key),
    ...texts.map(({ stagedKey }) => stagedKey),
  ];
  const numbers = [sequence, documents.size, Math.ceil(forOthers.lifetimeMs)].map(String);
  const answer = await asStoreError(
    redis.run(durations.redisLargeMs, (client) => client.eval(SWITCH_SCRIPT, keys.length, ...keys, ...numbers)),
  );
  return Number(answer);
}

/** A publication that did not become visible needs no memory of Redis until its time is over. */
async function discard({ list, movedList, texts }: Staged, { redis, durations }: StagingTools): Promise<void> {
  const keys = [list, movedList, ...texts.map(({ stagedKey }) => stagedKey)];
  try {
    await redis.run(durations.redisSmallMs, (client) => client.del(...keys));
  } catch (thrown) {
    // What made the publication fail is said by its own error; each of these keys has a lifetime.
    if (!(thrown instanceof RedisError)) {
      throw thrown;
    }
  }
}

function stagedIsGone(address: string): StoreError {
  return new StoreError(`What was brought to Redis at ${address} is gone before it could be shown`, {
    code: "store_failed",
    retryable: true,
    hint: "Another program empties this database, or Redis drops keys: set maxmemory-policy to noeviction.",
  });
}
