/**
 * What we say to Airbyte: one JSON message a line on standard output, and nothing else ever goes there. A message never
 * holds secrets or the contents of records.
 */
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { type Clock, systemClock } from '../clock.ts';
import type { Failure } from './failure.ts';

/** How much a LOG message matters. */
export type Level = 'ERROR' | 'WARN' | 'INFO' | 'DEBUG';

/** Writes protocol messages. */
export class Protocol {
  readonly #out: Writable;
  readonly #clock: Clock;

  constructor(out: Writable, clock: Clock = systemClock) {
    this.#out = out;
    this.#clock = clock;
  }

  log(level: Level, message: string): void {
    void this.line(JSON.stringify({ type: 'LOG', log: { level, message } }));
  }

  /** A TRACE ERROR; the exit status is the caller's business. */
  error({ message, internal, stack, type }: Failure): void {
    const error = { message, internal_message: internal, stack_trace: stack, failure_type: type };
    void this.line(JSON.stringify({ type: 'TRACE', trace: { type: 'ERROR', emitted_at: this.#clock.wall(), error } }));
  }

  /** The answer of `check`. */
  connectionStatus(status: 'SUCCEEDED' | 'FAILED', message: string): void {
    void this.line(JSON.stringify({ type: 'CONNECTION_STATUS', connectionStatus: { status, message } }));
  }

  spec(spec: object): void {
    void this.line(JSON.stringify({ type: 'SPEC', spec }));
  }

  destinationCatalog(operations: readonly object[]): void {
    void this.line(JSON.stringify({ type: 'DESTINATION_CATALOG', destination_catalog: { operations } }));
  }

  /** A message that is JSON text already; a promise where the reader is slow. */
  line(text: string): void | Promise<void> {
    if (!this.#out.write(`${text}\n`)) return once(this.#out, 'drain').then(() => undefined);
  }
}
