/**
 * A batch of entries -> an outcome for each. It is sent until the API has said what became of it: transient faults are waited
 * out, and what is refused as a whole, or with an error that names no entry, is sent again in halves, down to the entry
 * that is wrong. Halves are sent one after the other, so the order stays. An observed entry is sent only if its observer
 * still wants that.
 */
import type { Clock } from '../clock.ts';
import { CioError } from '../errors.ts';
import type { OperationBody } from '../record/entry.ts';
import type { Cause, Why } from '../record/rejection.ts';
import { retry, retryAfterWords } from '../retry.ts';
import { BATCH_PATH } from '../track/region.ts';
import { readReply, type Verdict } from '../track/reply.ts';
import { countOf, option, say } from '../wording.ts';
import type { Batch } from './batch.ts';
import { answers, requests, retries } from './diagnostics.ts';
import type { Outcomes } from './outcomes.ts';
import type { Call } from './request/client.ts';
import type { TrackApi } from './request/track-api.ts';

/** What delivery needs. */
export interface Delivery {
  readonly api: TrackApi;
  readonly outcomes: Outcomes;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly giveUpMs: number;
  readonly onGiveUp: 'stop' | 'reject';
}

/** What became of some entries in the end; of kind `retry` if there was no answer in time. */
type Sent = Exclude<Verdict, { readonly kind: 'auth' | 'fatal' }> & {
  readonly status: number | undefined;
  readonly attempts: number;
  /** Requests that left, redirects included. */
  readonly sent: number;
};

/** Some of a batch, by index. */
type Part = readonly number[];

/** Resolves when every entry has its outcome. Throws a CioError if it would be wrong to continue. */
export async function deliver(batch: Batch, delivery: Delivery): Promise<void> {
  for (let part: Part = batch.indexes; part.length > 0; ) {
    const { now, waiting } = batch.observed ? askObservers(batch, part, delivery.outcomes) : { now: part, waiting: [] };
    await deliverPart(batch, now, delivery);
    part = waiting;
  }
}

/** Asks the observers which entries are sent now. */
function askObservers(batch: Batch, part: Part, outcomes: Outcomes): { now: Part; waiting: Part } {
  let now: number[] | undefined;
  const waiting: number[] = [];
  const { entries } = batch;
  for (let position = 0; position < part.length; position++) {
    const index = part[position] as number;
    const decision = entries.shared(index).observer?.ask(entries.delivery(index)) ?? 'send';
    if (decision === 'send') {
      now?.push(index);
      continue;
    }
    // Mostly all are sent: only then is there no second list of them.
    now ??= part.slice(0, position);
    if (decision === 'wait') waiting.push(index);
    else outcomes.skipped(decision);
  }
  return { now: now ?? part, waiting };
}

async function deliverPart(batch: Batch, whole: Part, delivery: Delivery): Promise<void> {
  const waiting: Part[] = whole.length > 0 ? [whole] : [];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    const sent = await send(batch.body(part), part.length, delivery);
    const rest = await apply(sent, batch, part, delivery.outcomes);
    const middle = Math.ceil(rest.length / 2);
    // Last in, first out: the first half is sent before the second.
    if (rest.length > 1) waiting.push(rest.slice(middle));
    if (rest.length > 0) waiting.push(rest.slice(0, middle));
  }
}

/** Gives each entry its outcome; those that have none yet come back, to be sent again in halves. */
async function apply(sent: Sent, batch: Batch, part: Part, outcomes: Outcomes): Promise<Part> {
  const isClean = sent.kind === 'answered' && sent.refused.size === 0 && sent.unnamed === undefined;
  // Rejections keep texts; a request that was cut off, or answered before its end, may still be on its way to the socket.
  if (!isClean || sent.attempts > 1 || sent.sent > 1) batch.reusable = false;
  if (isClean) {
    outcomes.allDelivered(batch, part);
    return [];
  }
  const open: number[] = [];
  for (let position = 0; position < part.length; position++) {
    const index = part[position] as number;
    const outcome = outcomeOf(position, part.length, sent);
    if (outcome === 'delivered') outcomes.delivered(batch, index);
    else if (outcome === 'open') open.push(index);
    else await outcomes.rejected(batch, index, causeOf(outcome, batch.operation(index), sent));
  }
  return open;
}

function outcomeOf(position: number, size: number, sent: Sent): 'delivered' | 'open' | Why {
  if (sent.kind === 'retry') return { reason: 'undeliverable', message: `not delivered: ${sent.why}` };
  const { refused, unnamed } = sent;
  const refusal = refused.get(position) ?? (size === 1 ? unnamed : undefined);
  if (refusal) return { ...refusal, reason: 'refused' };
  return unnamed ? 'open' : 'delivered';
}

function causeOf(why: Why, { id }: OperationBody, { status, attempts }: Sent): Cause {
  return { ...why, stage: 'trackWriter', status, attempts, eventId: typeof id === 'string' ? id : undefined };
}

/** Sends until there is a reply that says something about the entries. */
async function send(body: Buffer, entries: number, { api, outcomes, ...delivery }: Delivery): Promise<Sent> {
  const { clock, signal, giveUpMs, onGiveUp } = delivery;
  const { summary } = outcomes;
  let sent = 0;
  const attempt = async (attempts: number) => {
    const onSent = (at: number): void => {
      sent++;
      summary.requests++;
      summary.bytes += body.length;
      requests.publish(() => ({ at, path: BATCH_PATH, bytes: body.length, entries, attempt: attempts }));
    };
    const onAnswer: Call['onAnswer'] = (answer) => answers.publish(() => answer);
    const reply = await api.call({ method: 'POST', path: BATCH_PATH, body, onSent, onAnswer });
    const verdict: Verdict = reply.why === undefined ? readReply(reply.status, reply.text, entries) : { kind: 'retry', why: reply.why };
    return { ...verdict, status: reply.status, askedMs: reply.askedMs, attempts };
  };
  const last = await retry(attempt, {
    ...{ clock, signal, budgetMs: giveUpMs },
    onRetry: ({ why, status, askedMs }, delayMs, attempts) => {
      if (status === 429 || askedMs !== undefined) api.pause(askedMs ?? delayMs);
      summary.retries++;
      retries.publish(() => ({ why, attempt: attempts, delayMs }));
    },
  });
  if (last.kind === 'auth' || last.kind === 'fatal') throw stopError(last.kind, last.status);
  if (last.kind === 'retry' && onGiveUp === 'stop')
    throw giveUpError(entries, last.why + retryAfterWords(last.askedMs), last.attempts, giveUpMs);
  return { ...last, sent };
}

function giveUpError(entries: number, why: string, attempts: number, giveUpMs: number): CioError {
  const limit = say`${option('trackWriter', 'giveUpMs')} is ${giveUpMs}`;
  return new CioError(
    'CIO_UNDELIVERED',
    say`${countOf(entries, 'entry', 'entries')} not delivered after ${countOf(attempts, 'attempt')}: ${why} (${limit})`,
  );
}

function stopError(kind: 'auth' | 'fatal', status: number | undefined): CioError {
  if (kind === 'auth') return new CioError('CIO_AUTH', `the Track API refused the credentials (HTTP ${status})`);
  return new CioError('CIO_API', `the Track API answered HTTP ${status} to a batch`);
}
