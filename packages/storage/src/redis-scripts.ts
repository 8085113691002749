import { MAX_OUTSIDE_SEQUENCE } from "./publication.ts";

/** Keys beside the documents, which lie under their own keys so that any reader of Redis can use them. */
export const REDIS_KEYS = {
  sequence: "pulseboard:sequence",
  /** A list of the keys of the publication. */
  documents: "pulseboard:documents",
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

/**
 * Compare-and-set over all documents. KEYS: the sequence, the list, the documents, the keys for others; ARGV: the new sequence, the
 * number of documents, the lifetime of the texts for others in ms, the texts in the order of their keys. Returns 0, or the sequence that Redis has and that is not lower.
 *
 * Redis does not undo the writes of a script that fails, hence: all reads come before the first write, and whether there
 * is memory and whether this is a primary is decided by Redis at the first write. A sequence that does not count is
 * overwritten, so that damage heals.
 */
export const PUBLISH_SCRIPT = `${CARRIED}
local held = carried()
if held >= tonumber(ARGV[1]) then return held end

local before = listed(-1)
local last = 2 + tonumber(ARGV[2])
local kept = {}
for i = 3, last do
  redis.call('SET', KEYS[i], ARGV[i + 1])
  kept[KEYS[i]] = true
end
for i = last + 1, #KEYS do redis.call('SET', KEYS[i], ARGV[i + 1], 'PX', ARGV[3]) end
for _, key in ipairs(before) do
  if not kept[key] then redis.call('DEL', key) end
end
redis.call('DEL', KEYS[2])
for i = 3, last do redis.call('RPUSH', KEYS[2], KEYS[i]) end
redis.call('SET', KEYS[1], ARGV[1])
return 0
`;

/** Returns the sequence and then each document's key and text, at one moment; nothing when there is no sequence. */
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
