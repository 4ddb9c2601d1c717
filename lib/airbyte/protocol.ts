/**
 * The messages to Airbyte: one JSON message a line on standard output, and nothing else is ever written there. A message
 * never holds secrets or the contents of records; what names and foreign words put into one is printable.
 */
import type { Writable } from 'node:stream';
import { type Clock, systemClock } from '../clock.ts';
import { printable } from '../printable.ts';
import { drained } from '../stream/drain.ts';
import { jsonLines } from '../stream/json-lines.ts';
import type { ConnectorFailure } from './failure.ts';

/** How much a LOG message matters. */
export type Level = 'ERROR' | 'WARN' | 'INFO' | 'DEBUG';

/** Writes protocol messages. */
export class Protocol {
  readonly #out: Writable;
  readonly #clock: Clock;
  readonly #lineOf: (message: object) => string = jsonLines();

  constructor(out: Writable, clock: Clock = systemClock) {
    this.#out = out;
    this.#clock = clock;
  }

  log(level: Level, message: string): void {
    this.#write({ type: 'LOG', log: { level, message: printable(message) } });
  }

  /** A TRACE ERROR. It does not set the exit status. */
  error({ message, internal, stack, type }: ConnectorFailure): void {
    const error = {
      message: printable(message),
      internal_message: internal && printable(internal),
      stack_trace: stack,
      failure_type: type,
    };
    this.#write({ type: 'TRACE', trace: { type: 'ERROR', emitted_at: this.#clock.wall(), error } });
  }

  /** The answer of `check`. */
  connectionStatus(status: 'SUCCEEDED' | 'FAILED', message: string): void {
    this.#write({ type: 'CONNECTION_STATUS', connectionStatus: { status, message: printable(message) } });
  }

  spec(spec: object): void {
    this.#write({ type: 'SPEC', spec });
  }

  destinationCatalog(operations: readonly object[]): void {
    this.#write({ type: 'DESTINATION_CATALOG', destination_catalog: { operations } });
  }

  #write(message: object): void {
    this.#out.write(`${this.#lineOf(message)}\n`);
  }

  /**
   * A message that is JSON text already: a STATE goes back as it came, with every digit, which no object could hold. A
   * promise if the reader is slow.
   */
  line(text: string): void | Promise<void> {
    if (!this.#out.write(`${text}\n`)) return drained(this.#out);
  }
}
