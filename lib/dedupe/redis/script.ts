/**
 * What Redis itself does, as scripts, each atomic for up to some 1,000 keys: keys that several processes know are claimed before
 * anything is sent about them, and a value is written only where the claim still stands.
 *
 * **The promise.** Where Redis has a value, Customer.io has exactly that, and nothing that could change it is in flight.
 *
 * A key holds one of three: a *value* (what the API took); a *claim* (its pipeline may have sent, or may send, something about the
 * key: owner, number, and until when the owner is unsure); or only *doubt* until some time. Nothing and passed doubt are the same.
 * - `claim`, before an entry is let through: if the value is the wanted one the entry is needless, and nothing changes. Else the
 *   claim takes the place of what was there, so that the value is forgotten before the entry can be sent. If that was the claim
 *   of another pipeline, something of it may still be in flight: the new owner is unsure for DOUBT_S.
 * - `settle`, after the API took the entry: the value takes the place of the claim if that is there with the same number, and
 *   was never unsure. An unsure one becomes doubt. With another claim, or doubt, there is nothing to say.
 *
 * What a pipeline remembers by itself of a key counts only if its own claim still stands, and was sure: `claim` says so by its number.
 *
 * **Why that holds.** A value follows a claim that was sure and stood until the value came. Nobody else claimed the key in between,
 * so whoever else had something in flight had claimed it earlier, and had settled it (it had its outcome, then), or the claim would
 * have been unsure. The owner itself has nothing newer in flight: that would have a newer number. An owner that lost its partition
 * while it was stalled finds another's claim, doubt or value in place of its own, and writes nothing; if it finds another's value
 * it comes later than DOUBT_S, and deletes that.
 * So the one assumption is that a request lands within DOUBT_S of when another pipeline has claimed its key, or Redis was restarted.
 *
 * Numbers are used once, so a command that is done twice, or very late, does no harm: it finds another number.
 *
 * **When Redis was restarted** (or a replica took over) its last writes may be lost, so an old value may be back. Then all keys of
 * the slot are forgotten: their values hold only for the `run_id` of the server that took them. What had been claimed is lost, too,
 * so all are unsure for DOUBT_S.
 */

import { NOT_MINE, SAME } from '../store.ts';

/** How long something may be in flight behind the back of whoever takes over: more than a request is tried and waited for. */
export const DOUBT_S = 900;
/** The keys of a store are spread over so many hashes: small ones take 23 to 29 bytes a key, where a key of its own takes 90. */
export const BUCKETS = 65_536;
/** Each key comes as: its number of the bucket and its name there; a value; 1 if it has one; a number. */
export const ROW_BYTES: number = 2 + 6 + 8 + 1 + 4;
/** What each answer begins with. */
export const RUN_ID_BYTES = 40;
/** The numbers of claims begin with this. */
export const FIRST_NUMBER = 2;

/**
 * KEYS: what all names of the slot begin with, and its own name. ARGV: the keys; the `run_id` that the client saw last, or nothing;
 * after how many days a key is forgotten, or 0; the first bucket of the slot, and the last.
 */
const PRELUDE = `
local base, list, seen, days = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3])
local sub, byte, pack, decode, call = string.sub, string.byte, struct.pack, struct.unpack, redis.call
local now = tonumber(call('TIME')[1])
local today = math.floor(now / 86400)
local stamp = pack('>I2', today)
local VALUE, CLAIM, DOUBT, DOUBT_S = 10, 18, 6, ${DOUBT_S}

local run = string.match(call('INFO', 'server'), 'run_id:(%x+)')
if not run or #run ~= ${RUN_ID_BYTES} then return redis.error_reply('NORUNID it does not say its run_id') end
local known, unsure = unpack(call('HMGET', base, 'run', 'unsure'))
unsure = tonumber(unsure or 0)
if known ~= run or (seen ~= '' and seen ~= run) then
  if known or seen ~= '' then unsure = now + DOUBT_S end
  call('HSET', base, 'run', run, 'unsure', unsure)
end
if known ~= run then
  for bucket = tonumber(ARGV[4]), tonumber(ARGV[5]) do call('UNLINK', base .. ':' .. bucket) end
end
if unsure <= now then unsure = 0 end

local function old(entry) return days > 0 and (decode('>I2', entry, #entry - 1)) < today - days end

local function sweep(bucket)
  local all = call('HGETALL', bucket)
  for at = 1, #all, 2 do
    if all[at] ~= '' and old(all[at + 1]) then call('HDEL', bucket, all[at]) end
  end
  call('HSET', bucket, '', stamp)
end

local function put(bucket, name, entry)
  call('HSET', bucket, name, entry .. stamp)
  if days == 0 then return end
  call('EXPIRE', bucket, (days + 2) * 86400)
  if call('HGET', bucket, '') ~= stamp then sweep(bucket) end
end

local function doubt(bucket, name, time)
  if time > now then put(bucket, name, pack('>I4', time)) else call('HDEL', bucket, name) end
end

local function each(answer)
  local out = {}
  for at = 1, #list, ${ROW_BYTES} do
    local high, low = byte(list, at, at + 1)
    local bucket, name = base .. ':' .. (high * 256 + low), sub(list, at + 2, at + 7)
    local kept = call('HGET', bucket, name)
    if not kept or old(kept) then kept = '' end
    local value = byte(list, at + 16) == 1 and sub(list, at + 8, at + 15)
    out[#out + 1] = answer(bucket, name, kept, value, sub(list, at + 17, at + 20))
  end
  return run .. table.concat(out)
end
`;

/** ARGV[6]: the owner. Answers for each key with a number of 4 bytes. */
const CLAIM = `
local me = ARGV[6]
return each(function(bucket, name, kept, value, number)
  if #kept == VALUE and sub(kept, 1, 8) == value then return pack('>I4', ${SAME}) end
  local mine, time = false, unsure
  if #kept == DOUBT then time = math.max(time, (decode('>I4', kept)))
  elseif #kept == CLAIM and sub(kept, 1, 8) == me then
    local before = decode('>I4', kept, 13)
    mine, time = before == 0, math.max(time, before)
  elseif #kept == CLAIM then time = now + DOUBT_S end
  if time <= now then time = 0 end
  put(bucket, name, me .. number .. pack('>I4', time))
  return mine and time == 0 and sub(kept, 9, 12) or pack('>I4', ${NOT_MINE})
end)`;

/** ARGV[6]: the owner. */
const SETTLE = `
local me = ARGV[6]
return each(function(bucket, name, kept, value, number)
  if #kept == CLAIM and sub(kept, 1, 12) == me .. number then
    local time = decode('>I4', kept, 13)
    if time == 0 then put(bucket, name, value) else doubt(bucket, name, time) end
  elseif #kept == VALUE and sub(kept, 1, 8) ~= value then call('HDEL', bucket, name) end
  return ''
end)`;

/** Claims and settles in one, for who commits without a claim. */
const PUT = `
return each(function(bucket, name, kept, value)
  local time = unsure
  if #kept == DOUBT then time = math.max(time, (decode('>I4', kept)))
  elseif #kept == CLAIM then time = now + DOUBT_S end
  if time <= now and value then put(bucket, name, value) else doubt(bucket, name, time) end
  return ''
end)`;

/** Answers for each key with 1 and its value, or with as many bytes of 0. */
const READ = `
return each(function(bucket, name, kept)
  return #kept == VALUE and '\\1' .. sub(kept, 1, 8) or '\\0\\0\\0\\0\\0\\0\\0\\0\\0'
end)`;

/** What Redis is asked to do. */
export type ScriptName = 'claim' | 'settle' | 'put' | 'read';

/** The scripts. */
export const SCRIPTS: Readonly<Record<ScriptName, string>> = {
  claim: PRELUDE + CLAIM,
  settle: PRELUDE + SETTLE,
  put: PRELUDE + PUT,
  read: PRELUDE + READ,
};
