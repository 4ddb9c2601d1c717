/**
 * A batch of entries -> an outcome for each. It is sent until the API has said what became of it (`request/send-entries`), and what
 * is refused as a whole, or with an error that names no entry, is sent again in halves, down to the entry that is wrong. Halves
 * are sent one after the other, so the order stays. An observed entry is sent only if its observer still wants that, and one of
 * a place that may move only while that place is ours.
 */
import type { OperationBody } from '../record/entry.ts';
import type { Ownership } from '../record/place.ts';
import type { Cause, Why } from '../record/rejection.ts';
import type { Batch } from './batch.ts';
import type { Outcomes } from './outcomes.ts';
import { type Lost, type SendOptions, type Sent, sendEntries } from './request/send-entries.ts';

/** What delivery needs. */
export interface Delivery extends SendOptions {
  readonly outcomes: Outcomes;
}

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
  const waiting: Part[] = [whole];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    const { ours, owners } = ownedPart(batch, part, delivery.outcomes);
    if (ours.length === 0) continue;
    const sent = await sendEntries(batch.body(ours), ours.length, owners, delivery);
    const rest = await apply(sent, batch, ours, delivery.outcomes);
    // Another process has some of it now, and the rest is not at fault.
    const middle = sent.kind === 'lost' ? rest.length : Math.ceil(rest.length / 2);
    // Last in, first out: the first half is sent before the second.
    if (rest.length > middle) waiting.push(rest.slice(middle));
    if (rest.length > 0) waiting.push(rest.slice(0, middle));
  }
}

const NOBODY: ReadonlySet<Ownership> = new Set();

/** What of a part is not another process's by now, which is skipped; and the owners of its places that may move. */
function ownedPart(batch: Batch, part: Part, outcomes: Outcomes): { ours: Part; owners: ReadonlySet<Ownership> } {
  const { entries } = batch;
  if (entries.owners.size === 0) return { ours: part, owners: NOBODY };
  const owners = new Set<Ownership>();
  const ours = part.filter((index) => {
    const owner = entries.ownership(index);
    if (owner?.state === 'lost') outcomes.reassigned(batch, index);
    else if (owner !== undefined) owners.add(owner);
    return owner?.state !== 'lost';
  });
  return { ours, owners };
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
  if (sent.kind === 'lost') return part;
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

function outcomeOf(position: number, size: number, sent: Exclude<Sent, Lost>): 'delivered' | 'open' | Why {
  if (sent.kind === 'retry') return { reason: 'undeliverable', message: `not delivered: ${sent.why}` };
  const { refused, unnamed } = sent;
  const refusal = refused.get(position) ?? (size === 1 ? unnamed : undefined);
  if (refusal) return { ...refusal, reason: 'refused' };
  return unnamed ? 'open' : 'delivered';
}

function causeOf(why: Why, { id }: OperationBody, { status, attempts }: Sent): Cause {
  return { ...why, stage: 'trackWriter', status, attempts, eventId: typeof id === 'string' ? id : undefined };
}
