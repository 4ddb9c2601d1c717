/**
 * How a run has mapped its rows, so that what it rejected can be sent again in the same way: a command of cio-stream and its
 * flags, as a config file has them. It is known by a hash of what it says; credentials are never in it.
 */
import { createHash } from 'node:crypto';
import { isObject } from '../json/exact.ts';

const ID_DIGITS = 12;

/** A command, and its flags. */
export class KeptMapping {
  readonly command: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** The same for the same command and flags, in whatever order. */
  readonly id: string;

  constructor(command: string, config: Readonly<Record<string, unknown>>) {
    this.command = command;
    this.config = config;
    const sorted = Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1));
    this.id = createHash('sha256')
      .update(JSON.stringify([command, sorted]))
      .digest('hex')
      .slice(0, ID_DIGITS);
  }

  /** What JSON says of it. */
  toJSON(): object {
    return { command: this.command, config: this.config };
  }
}

/** The mapping that a JSON value is; undefined if it is not one. What the flags say is not checked. */
export function keptMappingOf(value: unknown): KeptMapping | undefined {
  const { command, config } = Object(value) as Record<string, unknown>;
  if (typeof command !== 'string' || !isObject(config)) return undefined;
  return new KeptMapping(command, config);
}
