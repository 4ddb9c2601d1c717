/**
 * A request body with entries, sent until the API has said what became of them: transient faults are waited out. Its rows may be of
 * places that are lost meanwhile: then it is not sent again.
 */
import type { Clock } from '../../clock.ts';
import { CioError } from '../../errors.ts';
import type { Ownership } from '../../record/place.ts';
import { retry, retryAfterWords } from '../../retry.ts';
import { BATCH_PATH } from '../../track/region.ts';
import { readReply, type Verdict } from '../../track/reply.ts';
import { countOf, option, say } from '../../wording.ts';
import { answers, requests, retries } from '../diagnostics.ts';
import type { Summary } from '../summary.ts';
import type { Call } from './client.ts';
import { callAsOwner } from './owned-call.ts';
import type { TrackApi } from './track-api.ts';

/** What sending needs. */
export interface SendOptions {
  readonly api: TrackApi;
  readonly outcomes: { readonly summary: Summary };
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly giveUpMs: number;
  readonly onGiveUp: 'stop' | 'reject';
}

/** Nothing is known, because some of them belong to another process now. */
export interface Lost {
  readonly kind: 'lost';
  readonly why?: undefined;
}

/** What became of some entries in the end; of kind `retry` if there was no answer in time. */
export type Sent = (Exclude<Verdict, { readonly kind: 'auth' | 'fatal' }> | Lost) & {
  readonly status: number | undefined;
  readonly attempts: number;
  /** Requests that left, redirects included. */
  readonly sent: number;
};

const LOST = { kind: 'lost', why: undefined, status: undefined, askedMs: undefined } as const;

/** Sends until there is a reply that says something about the entries, or some of them are no longer ours. */
export async function sendEntries(
  body: Buffer,
  entries: number,
  owners: ReadonlySet<Ownership>,
  { api, outcomes, ...options }: SendOptions,
): Promise<Sent> {
  const { clock, signal, giveUpMs, onGiveUp } = options;
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
    const call = { method: 'POST', path: BATCH_PATH, body, onSent, onAnswer } as const;
    const reply = owners.size === 0 ? await api.call(call) : await callAsOwner(api, call, owners, signal);
    if (reply === undefined) return { ...LOST, attempts };
    const verdict: Verdict = reply.why === undefined ? readReply(reply.status, reply.text, entries) : { kind: 'retry', why: reply.why };
    return { ...verdict, status: reply.status, askedMs: reply.askedMs, attempts };
  };
  const last = await retry(attempt, {
    ...{ clock, signal, budgetMs: giveUpMs },
    onRetry: ({ why, status, askedMs }, delayMs, attempts) => {
      if (status === 429 || askedMs !== undefined) api.pause(askedMs ?? delayMs);
      summary.retries++;
      retries.publish(() => ({ why, attempt: attempts, delayMs: Math.round(delayMs) }));
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
    say`${countOf(entries, 'row')} not delivered after ${countOf(attempts, 'attempt')}: ${why} (${limit})`,
  );
}

function stopError(kind: 'auth' | 'fatal', status: number | undefined): CioError {
  if (kind === 'auth') return new CioError('CIO_AUTH', `the Track API refused the credentials (HTTP ${status})`);
  return new CioError('CIO_API', `the Track API answered HTTP ${status} to a batch`);
}
