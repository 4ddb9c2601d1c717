/**
 * What we say to Airbyte: one JSON message a line on standard output, and nothing else ever goes there. A message never
 * holds secrets or the contents of records; what names and foreign words put into one is printable.
 */
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { type Clock, systemClock } from '../clock.ts';
import { printable, printableJson } from '../printable.ts';
import type { ConnectorFailure } from './failure.ts';

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
    this.#say({ type: 'LOG', log: { level, message: printable(message) } });
  }

  /** A TRACE ERROR; the exit status is the caller's business. */
  error({ message, internal, stack, type }: ConnectorFailure): void {
    const told = { message: printable(message), internal_message: internal && printable(internal), stack_trace: stack };
    this.#say({ type: 'TRACE', trace: { type: 'ERROR', emitted_at: this.#clock.wall(), error: { ...told, failure_type: type } } });
  }

  /** The answer of `check`. */
  connectionStatus(status: 'SUCCEEDED' | 'FAILED', message: string): void {
    this.#say({ type: 'CONNECTION_STATUS', connectionStatus: { status, message: printable(message) } });
  }

  spec(spec: object): void {
    this.#say({ type: 'SPEC', spec });
  }

  destinationCatalog(operations: readonly object[]): void {
    this.#say({ type: 'DESTINATION_CATALOG', destination_catalog: { operations } });
  }

  #say(message: object): void {
    void this.line(printableJson(message));
  }

  /** A message that is JSON text already; a promise where the reader is slow. */
  line(text: string): void | Promise<void> {
    if (!this.#out.write(`${text}\n`)) return once(this.#out, 'drain').then(() => undefined);
  }
}
