/** What a sync logs: its streams at the start, lines that can't be read, requests that are sent again, and its counts at the end. */
import type { Clock } from '../../clock.ts';
import { WARNINGS, type Warning } from '../../record/entry.ts';
import { countOf } from '../../wording.ts';
import { type RetryMessage, retries } from '../../write/diagnostics.ts';
import type { Summary } from '../../write/summary.ts';
import { type Catalog, sayStream } from '../catalog/catalog.ts';
import type { Protocol } from '../protocol.ts';

/** A sync whose requests fail must not look like one that works; a line for each request would hide everything else. */
const RETRY_EVERY_MS = 10_000;
const MAX_UNREADABLE = 10;

/** Logs one sync. */
export class SyncLog {
  readonly #protocol: Pick<Protocol, 'log'>;
  readonly #clock: Clock;
  #retryAt = Number.NEGATIVE_INFINITY;
  #unreadable = 0;

  constructor(protocol: Pick<Protocol, 'log'>, clock: Clock) {
    this.#protocol = protocol;
    this.#clock = clock;
  }

  begin({ streams, warnings }: Catalog): void {
    for (const warning of warnings) this.#protocol.log('WARN', warning);
    for (const { mode, object, ...stream } of streams) this.#protocol.log('INFO', `stream ${sayStream(stream)} -> ${object} (${mode})`);
    retries.subscribe(this.#onRetry);
  }

  /** A line that is not a message; only the first few are logged. */
  unreadable(line: number, why: string): void {
    if (++this.#unreadable > MAX_UNREADABLE) return;
    this.#protocol.log('WARN', `line ${line} of the input is not an Airbyte message and was rejected: ${why}`);
  }

  /** `rejections` says in one sentence each how many rows were rejected, and why. */
  end({ read, delivered, rejected, skipped, requests, seconds, warnings }: Summary, rejections: readonly string[]): void {
    retries.unsubscribe(this.#onRetry);
    const warned = Object.entries(warnings).map(([name, count]) => `${count} ${name}, ${WARNINGS[name as Warning]}`);
    for (const line of [...rejections, ...warned]) this.#protocol.log('WARN', line);
    const counts = `${countOf(read, 'row')}: ${delivered} delivered, ${rejected.total} rejected, ${skipped.total} skipped`;
    this.#protocol.log('INFO', `${counts}; ${countOf(requests, 'request')} in ${seconds.toFixed(1)} s`);
  }

  readonly #onRetry = ({ why, attempt, delayMs }: RetryMessage): void => {
    if (this.#clock.now() - this.#retryAt < RETRY_EVERY_MS) return;
    this.#retryAt = this.#clock.now();
    const text = `a request failed (${why}, attempt ${attempt}); retrying in ${(delayMs / 1000).toFixed(1)} s`;
    this.#protocol.log('WARN', text);
  };
}
