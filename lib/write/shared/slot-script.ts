/**
 * The one script that shares a rate: it leases slots, which are times at which one request may leave, on Redis' own clock.
 * Nothing in it trusts the clock of a process, or that a process lives: it only answers.
 *
 * Why the rate is never exceeded. Let N be the requests of a window W (1 s; below one a second N = 1, and W grows), and D the
 * most that a request may be late. Slots are (W + D)/N apart, and a request leaves from its slot on and before D has passed
 * (`slots-in-hand`). So N + 1 departures have slots that span at least W + D, and the last leaves more than W behind the first.
 * Several processes may need several D, or be given several N: the largest D and the smallest N count, for 10 s after they
 * were last heard, which is longer than any slot that was leased with them is away.
 *
 * While Redis can't be reached, each process keeps its own share (`standing`). So when the script may not know who still
 * does, because its state is gone or older than Redis itself, or because nobody was heard for as long as it takes until processes keep
 * their own shares, it gives no slot before `quiet`: by then all that can reach Redis have heard of it, and have sent nothing for W.
 */

/** What a process asks. */
export interface SlotQuestion {
  /** Of the process. */
  readonly id: string;
  /** Slots that it can use; 0 only says that it is there. */
  readonly wanted: number;
  readonly requestsPerSecond: number;
  /** How late its requests may leave, in milliseconds. */
  readonly lateMs: number;
  /** It is the first question on this connection, so Redis may be another than before. */
  readonly isFresh: boolean;
  /** It sends at its own share. */
  readonly isOwn: boolean;
  /** For how long the API has asked for quiet, in milliseconds. */
  readonly pauseMs: number | undefined;
}

/** What it gets. Times are from Redis' now on, in milliseconds. */
export interface SlotAnswer {
  readonly slots: number;
  /** To the first slot, and from each to the next. */
  readonly waitMs: number;
  readonly spacingMs: number;
  /** When it pays to ask again, if there were fewer slots than wanted. */
  readonly againMs: number;
  /** For how long nobody gets slots, because some may still send at their own share. */
  readonly quietMs: number;
  /** For how long nobody gets slots, because the API has asked for quiet. */
  readonly pausedMs: number;
  /** The share of the full rate after a pause. */
  readonly pace: number;
  /** Processes that were heard of within 10 s. */
  readonly processes: number;
  /** The smallest rate that one of them was given. */
  readonly requestsPerSecond: number;
}

/** How far ahead a slot may be. */
export const HORIZON_MS = 500;
/** The most that a request may be late: a Redis that is farther away can't be used. */
export const LATEST_MS = 500;

/** A little more than a second, as requests reach the API with some jitter. */
const SECOND_MS = 1_010;

/** Requests are counted in windows of this length: a second, or below one request a second the time for one. */
export function windowMs(requestsPerSecond: number): number {
  return SECOND_MS * Math.max(1, 1 / requestsPerSecond);
}

/**
 * KEYS: the state, the processes (by when they were heard). ARGV: id, wanted, rate, late, fresh, own, pause (or -1), then by
 * the rate: how long nobody must have been heard for processes to keep their own shares, how long a new quiet lasts, and how
 * long a process is silent before its end. Milliseconds outside, microseconds inside.
 */
export const SLOT_SCRIPT = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local id, wanted, rate, late = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4] * 1000
local fresh, own, pause = ARGV[5] == '1', ARGV[6] == '1', ARGV[7] * 1000
local unheard, calm, silence = ARGV[8] * 1000, ARGV[9] * 1000, ARGV[10] * 1000
local HELD, GONE = 10000000, 600000000

local names = { 'next', 'last', 'quiet', 'paused', 'halved', 'slow', 'rate', 'rateUntil', 'late', 'lateUntil' }
local stored = redis.call('HMGET', KEYS[1], 'run', unpack(names))
local run, lost, s = stored[1] or '', not stored[2], {}
for i, name in ipairs(names) do s[name] = tonumber(stored[i + 1] or 0) end

-- A clock that was set back would have everybody wait for it. Time has stood still instead.
if s.last > now then
  local back = s.last - now
  for _, name in ipairs({ 'next', 'quiet', 'paused', 'halved', 'rateUntil', 'lateUntil' }) do s[name] = s[name] - back end
  s.last = now
end

-- A Redis that was restarted may have read an old state.
if fresh then
  local info = redis.pcall('INFO', 'server')
  local found = type(info) == 'string' and string.match(info, 'run_id:(%w+)') or ''
  if found ~= run then lost = true end
  run = found
end

-- Who was not heard for long while others were. Lua would write such numbers with 14 digits.
local function exact(number) return string.format('%.17g', number) end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', exact(s.last - GONE))
redis.call('ZADD', KEYS[2], exact(now), id)
local others = redis.call('ZCARD', KEYS[2]) - 1

if lost then
  s.next = now
  if s.slow == 0 then s.slow = 1 end
end
if lost or (others > 0 and now - s.last > unheard) then
  s.quiet = math.max(s.quiet, now + calm)
elseif own and now < s.quiet then
  s.quiet = math.max(s.quiet, now + silence)
end
s.last = now

local function window() return ${SECOND_MS * 1_000} * math.max(1, 1 / s.rate) end
if s.rate == 0 or rate < s.rate or now > s.rateUntil then
  s.rate = rate
  -- At a much smaller rate the next slot may be an hour away. A window behind the last one that can be leased is enough.
  s.next = math.min(s.next, now + math.ceil(${(HORIZON_MS + LATEST_MS) * 1_000} + window()))
end
if rate == s.rate then s.rateUntil = now + HELD end
if late > s.late or now > s.lateUntil then s.late = late end
if late == s.late then s.lateUntil = now + HELD end

local function pace() return math.min(1, s.slow + math.max(0, now - s.paused) / 10000000) end
if pause >= 0 then
  -- What others hear within a second is the same complaint.
  if now >= s.paused and now - s.halved >= 1000000 then
    s.slow = math.max(0.1, pace() / 2)
    s.halved = now
  end
  s.paused = math.max(s.paused, now + pause)
end

local allowed = math.max(1, math.floor(s.rate))
local spacing = math.ceil((window() + s.late) / allowed / pace())
local first, slots = math.max(s.next, now), 0
if now >= s.quiet and now >= s.paused then
  local ahead = now + ${HORIZON_MS * 1_000} - first
  if ahead >= 0 then slots = math.min(wanted, math.floor(ahead / spacing) + 1) end
end
if slots > 0 then s.next = first + slots * spacing end

local written = { 'run', run }
for _, name in ipairs(names) do
  written[#written + 1] = name
  written[#written + 1] = exact(s[name])
end
redis.call('HSET', KEYS[1], unpack(written))
redis.call('PEXPIRE', KEYS[1], 86400000)
redis.call('PEXPIRE', KEYS[2], 86400000)
local processes = redis.call('ZCOUNT', KEYS[2], exact(now - HELD), '+inf')
local text = exact(pace()) .. ' ' .. exact(s.rate) .. ' ' .. exact(s.next - now)
return { slots, first - now, spacing, math.max(0, s.quiet - now), math.max(0, s.paused - now), processes, text }
`;

/** The arguments of the script. */
export function slotArguments(
  question: SlotQuestion,
  times: { unheardMs: number; calmMs: number; silenceMs: number },
): (string | number)[] {
  const { id, wanted, requestsPerSecond, lateMs, isFresh, isOwn, pauseMs } = question;
  const flags = [Number(isFresh), Number(isOwn), pauseMs === undefined ? -1 : Math.ceil(pauseMs)];
  return [id, wanted, requestsPerSecond, lateMs, ...flags, times.unheardMs, times.calmMs, times.silenceMs];
}

/** Reads what the script returns. */
export function readSlotAnswer(reply: unknown): SlotAnswer {
  const [slots, wait, spacing, quiet, paused, processes, text] = reply as [number, number, number, number, number, number, string];
  const [pace, requestsPerSecond, next] = text.split(' ').map(Number) as [number, number, number];
  const quietMs = quiet / 1_000;
  const pausedMs = paused / 1_000;
  return {
    ...{ slots, waitMs: wait / 1_000, spacingMs: spacing / 1_000, quietMs, pausedMs, pace, processes, requestsPerSecond },
    againMs: Math.max(quietMs, pausedMs, next / 1_000 - HORIZON_MS, 0),
  };
}
