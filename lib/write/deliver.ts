/**
 * A batch of entries -> an outcome for each. It is sent until the API has settled it: transient faults are waited out,
 * a refusal of the whole is halved until the culprit stands alone, and an error that names no entry is asked again in
 * halves. Halves go one after the other, so the order stays. An entry with an observer goes only if that still wants it.
 */
import { type Clock, sleep } from '../clock.ts';
import { CioError } from '../errors.ts';
import type { OperationBody } from '../record/entry.ts';
import type { Cause } from '../record/rejection.ts';
import type { SkipReason } from '../record/skipped.ts';
import { Backoff } from '../retry.ts';
import { BATCH_PATH } from '../track/region.ts';
import { readReply, type Verdict } from '../track/reply.ts';
import { retryAfterMs } from '../track/retry-after.ts';
import type { Batch } from './batch.ts';
import { requests, retries, waits } from './diagnostics.ts';
import type { Extra } from './entry-columns.ts';
import { ExchangeError, type Leave, type Reply } from './request/client.ts';
import type { RateWindow } from './request/rate-window.ts';
import type { Summary } from './summary.ts';

/** What delivery needs. */
export interface DeliverOptions {
  /** Sends one body. */
  readonly call: (body: Buffer, leave: Leave) => Promise<Reply>;
  readonly limiter: RateWindow;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly giveUpMs: number;
  readonly onGiveUp: 'stop' | 'reject';
  readonly summary: Summary;
  readonly onSkipped: (reason: SkipReason) => void;
  readonly onDelivered: (special: Extra | undefined) => void;
  readonly onRejected: (batch: Batch, index: number, cause: Cause) => Promise<void>;
}

/** A reply that settles something, or the end of patience. */
type Sent = (Exclude<Verdict, { kind: 'retry' | 'auth' | 'redirect' | 'fatal' }> | { kind: 'gaveUp'; why: string }) & {
  readonly status: number | undefined;
  readonly attempts: number;
  /** Requests that left for it, redirects included. */
  readonly departures: number;
};

/** Some of a batch, by index. */
type Part = readonly number[];

/** Settles every entry. Throws a CioError when going on would be wrong. */
export async function deliver(batch: Batch, options: DeliverOptions): Promise<void> {
  for (let part: Part = batch.indexes; part.length > 0; ) {
    const { now, waiting } = batch.observed ? sift(batch, part, options) : { now: part, waiting: [] };
    await deliverPart(batch, now, options);
    part = waiting;
  }
}

/** Asks the observers which entries go out now. */
function sift(batch: Batch, part: Part, { onSkipped }: DeliverOptions): { now: Part; waiting: Part } {
  const [now, waiting]: [number[], number[]] = [[], []];
  for (const index of part) {
    const decision = batch.held.special(index)?.observer?.ask() ?? 'send';
    if (decision === 'send') now.push(index);
    else if (decision === 'wait') waiting.push(index);
    else onSkipped(decision);
  }
  return { now, waiting };
}

async function deliverPart(batch: Batch, whole: Part, options: DeliverOptions): Promise<void> {
  const waiting: Part[] = whole.length > 0 ? [whole] : [];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    const sent = await send(batch.body(part), part.length, options);
    const rest = await settle(batch, part, sent, options);
    const middle = Math.ceil(rest.length / 2);
    // Last in, first out: the first half is sent before the second.
    if (rest.length > 1) waiting.push(rest.slice(middle));
    if (rest.length > 0) waiting.push(rest.slice(0, middle));
  }
}

/** Gives each entry its outcome; what is still open comes back, to be asked again in halves. */
async function settle(batch: Batch, part: Part, sent: Sent, options: DeliverOptions): Promise<Part> {
  const open: number[] = [];
  const isClean = sent.kind === 'settled' && sent.refused.size === 0 && sent.unnamed === undefined;
  // Rejections keep texts; a request that was cut off, or answered before its end, may still be on its way to the socket.
  if (!isClean || sent.departures > 1) batch.reusable = false;
  for (let position = 0; position < part.length; position++) {
    const index = part[position] as number;
    const outcome = isClean ? 'delivered' : outcomeOf(position, part.length, sent);
    if (outcome === 'delivered') options.onDelivered(batch.held.special(index));
    else if (outcome === 'open') open.push(index);
    else await options.onRejected(batch, index, causeOf(outcome, batch.operation(index), sent));
  }
  return open;
}

function outcomeOf(position: number, size: number, sent: Sent): 'delivered' | 'open' | Pick<Cause, 'reason' | 'field' | 'message'> {
  if (sent.kind === 'gaveUp') return { reason: 'undeliverable', message: `not delivered: ${sent.why}` };
  const { refused, unnamed } = sent.kind === 'settled' ? sent : { refused: undefined, unnamed: sent.refusal };
  const refusal = refused?.get(position) ?? (size === 1 ? unnamed : undefined);
  if (refusal) return { ...refusal, reason: 'refused' };
  return unnamed ? 'open' : 'delivered';
}

function causeOf(outcome: Pick<Cause, 'reason' | 'field' | 'message'>, { id }: OperationBody, { status, attempts }: Sent): Cause {
  return { ...outcome, stage: 'trackWriter', status, attempts, eventId: typeof id === 'string' ? id : undefined };
}

/** Sends until there is a reply that says something about the entries. */
async function send(body: Buffer, entries: number, options: DeliverOptions): Promise<Sent> {
  const { clock, summary, signal, limiter } = options;
  const backoff = new Backoff(clock, options.giveUpMs);
  let departures = 0;
  for (let attempts = 1; ; attempts++) {
    const leave: Leave = async () => {
      const depart = await limiter.leave(signal, (ms) => waits.publish(() => ({ why: 'rate', ms })));
      departures++;
      return () => {
        const at = depart();
        summary.requests++;
        summary.bytes += body.length;
        requests.publish(() => ({ at, path: BATCH_PATH, bytes: body.length, entries, attempt: attempts }));
      };
    };
    const { verdict, reply } = await attempt(body, entries, leave, options);
    const how = { status: reply?.status, attempts, departures };
    if (verdict.kind === 'settled' || verdict.kind === 'refused') return { ...verdict, ...how };
    if (verdict.kind !== 'retry') throw stopError(verdict, how.status);
    const askedMs = retryAfterMs(reply?.retryAfter, clock.wall());
    const delayMs = backoff.next(askedMs);
    if (delayMs === undefined && options.onGiveUp === 'reject') return { kind: 'gaveUp', why: verdict.why, ...how };
    if (delayMs === undefined) throw giveUpError(entries, verdict.why, attempts, askedMs, options.giveUpMs);
    if (how.status === 429 || askedMs !== undefined) limiter.hold(askedMs ?? delayMs);
    summary.retries++;
    retries.publish(() => ({ why: verdict.why, attempt: attempts, delayMs }));
    await sleep(clock, delayMs, signal);
  }
}

async function attempt(
  body: Buffer,
  entries: number,
  leave: Leave,
  { call }: DeliverOptions,
): Promise<{ verdict: Verdict; reply?: Reply }> {
  try {
    const reply = await call(body, leave);
    return { verdict: readReply(reply.status, reply.text, entries), reply };
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    if (error.fatal) throw new CioError('CIO_NETWORK', `the Track API can't be reached: ${error.message}`, error.cause);
    return { verdict: { kind: 'retry', why: error.message } };
  }
}

function giveUpError(entries: number, why: string, attempts: number, askedMs: number | undefined, giveUpMs: number): CioError {
  const asked = askedMs === undefined ? '' : `, Retry-After ${Math.round(askedMs / 1000)} s`;
  const limit = `giveUpMs is ${giveUpMs}`;
  return new CioError('CIO_UNDELIVERED', `${entries} entries not delivered after ${attempts} attempts: ${why}${asked} (${limit})`);
}

function stopError(verdict: Verdict, status: number | undefined): CioError {
  if (verdict.kind === 'auth') return new CioError('CIO_AUTH', `the Track API refused the credentials (HTTP ${status})`);
  return new CioError('CIO_API', `the Track API answered HTTP ${status} to a batch`);
}
