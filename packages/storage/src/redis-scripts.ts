import { MAX_OUTSIDE_SEQUENCE } from "./publication.ts";

/** Keys beside the documents, which lie under their own keys so that any reader of Redis can use them. */
export const REDIS_KEYS = {
  sequence: "pulseboard:sequence",
  /** A list of the keys of the publication. */
  documents: "pulseboard:documents",
  /** Begins the keys of what is brought to Redis and not visible yet; they have a lifetime. */
  staged: "pulseboard:staged:",
  /** The worker's word about itself, with a lifetime. */
  status: "worker:status",
} as const;

/**
 * Defines `heldText()`: what is under the key of the sequence, or the name of its type if it is no text; false for nothing.
 * Defines `listed(last)`: the keys on the list up to that position; none if something else lies there. These two keys are ours
 * alone, so anything else under them is damage and not another program's.
 */
const OWN_KEYS = `
local function heldText()
  local kind = redis.call('TYPE', KEYS[1]).ok
  if kind == 'string' then return redis.call('GET', KEYS[1]) end
  return kind ~= 'none' and 'a ' .. kind
end
local function listed(last)
  if redis.call('TYPE', KEYS[2]).ok ~= 'list' then return {} end
  return redis.call('LRANGE', KEYS[2], 0, last)
end
`;

/**
 * Defines `carried()`: the sequence that Redis holds, and its text as it is there. The sequence is 0 if there is none, or
 * if it does not count: it is beyond all that was ever given, or no document on the list begins with the same one.
 */
const CARRIED = `${OWN_KEYS}
local function carried()
  local text = heldText() or ''
  local held = string.match(text, '^[1-9]%d*$') and tonumber(text) or 0
  if held == 0 or held > ${MAX_OUTSIDE_SEQUENCE} then return 0, text end
  for _, key in ipairs(listed(9)) do
    if redis.call('TYPE', key).ok == 'string' then
      local found = string.match(redis.call('GETRANGE', key, 0, 199), '"sequence":(%d+)[,}]')
      if found == text then return held, text end
    end
  end
  return 0, text
end
`;

/** Returns the sequence that counts, and the text under its key. */
export const SEQUENCE_SCRIPT = `${CARRIED}
local held, text = carried()
return { held, text }
`;

/** Stages the list of the keys of a publication. KEYS: the staged list; ARGV: its lifetime in ms, the keys. */
export const STAGE_LIST_SCRIPT = `
for i = 2, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[i]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
`;

/** Returned by SWITCH_SCRIPT when something that was staged is gone. */
export const STAGED_IS_GONE = -1;

/**
 * Compare-and-set over all documents, which lie staged in Redis: makes them visible in one step that moves names and no text.
 * KEYS: the sequence, the list, the staged list, a free key for it, the keys of the documents and of the texts for others, and
 * the keys where these are staged, in the same order. ARGV: the new sequence, the number of documents, the lifetime of the texts
 * for others in ms. Returns 0, or the sequence that Redis has and that is not lower, or STAGED_IS_GONE.
 *
 * Redis does not undo the writes of a script that fails, hence: all reads come before the first write, whether this is a primary
 * is decided by Redis at the first write, and each command whose right a user may lack is tried on the staged list before
 * anything changes that readers see (SET was tried when the texts were staged). A sequence that does not count is overwritten, so
 * that damage heals.
 */
export const SWITCH_SCRIPT = `${CARRIED}
local held = carried()
if held >= tonumber(ARGV[1]) then return held end

local count = (#KEYS - 4) / 2
for i = 5 + count, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 0 then return ${STAGED_IS_GONE} end
end
if redis.call('EXISTS', KEYS[3]) == 0 then return ${STAGED_IS_GONE} end

local before = listed(-1)
redis.call('RENAME', KEYS[3], KEYS[4])
redis.call('DEL', KEYS[3])
redis.call('PERSIST', KEYS[4])

local kept = {}
for i = 1, count do
  local key = KEYS[4 + i]
  redis.call('RENAME', KEYS[4 + count + i], key)
  if i <= tonumber(ARGV[2]) then
    redis.call('PERSIST', key)
    kept[key] = true
  else
    redis.call('PEXPIRE', key, ARGV[3])
  end
end
for _, key in ipairs(before) do
  if not kept[key] then redis.call('DEL', key) end
end
redis.call('RENAME', KEYS[4], KEYS[2])
redis.call('SET', KEYS[1], ARGV[1])
return 0
`;

/**
 * Compare-and-set of one document with a publication of its own. KEYS: the sequence, the list, its key; ARGV: its sequence, its text, its
 * lifetime in ms. Returns 0, or the sequence that the document there carries and that is not lower. What carries none is replaced, and so
 * is one beyond the refreshes that Redis knows of: a single document is made after a refresh, so only damage has such a number.
 */
export const SINGLE_SCRIPT = `${CARRIED}
local held = 0
if redis.call('TYPE', KEYS[3]).ok == 'string' then
  held = tonumber(string.match(redis.call('GETRANGE', KEYS[3], 0, 199), '"sequence":(%d+)[,}]') or 0)
end
local newest = carried()
if newest == 0 then newest = ${MAX_OUTSIDE_SEQUENCE} end
if held >= tonumber(ARGV[1]) and held <= newest then return held end
redis.call('SET', KEYS[3], ARGV[2], 'PX', ARGV[3])
return 0
`;

/** Returns the sequence and then each document's key, at one moment; nothing when there is no sequence. */
export const LIST_SCRIPT = `${OWN_KEYS}
local sequence = heldText()
if not sequence then return {} end
local found = listed(-1)
table.insert(found, 1, sequence)
return found
`;

/** The same with the text of each document after its key. Holds Redis for as long as it takes to copy all of them. */
export const READ_SCRIPT = `${OWN_KEYS}
local sequence = heldText()
if not sequence then return {} end
local found = { sequence }
for _, key in ipairs(listed(-1)) do
  found[#found + 1] = key
  found[#found + 1] = redis.call('GET', key)
end
return found
`;
