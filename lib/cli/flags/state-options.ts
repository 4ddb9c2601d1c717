/** The options of `cio-stream send` that are about running again: how far inputs were read, and what was delivered before. */
import type { Command } from 'commander';
import { CioError } from '../../errors.ts';
import { text, wholeNumber } from './values.ts';

/** What the options give. */
export interface StateFlags {
  readonly resume?: string;
  readonly checkpointEvery?: number;
  readonly checkpointEveryMs?: number;
  readonly dedupe?: boolean;
  readonly stateDir?: string;
}

/** Adds the options. */
export function addStateOptions(command: Command): void {
  command
    .optionsGroup('Running again:')
    .option('--resume <file>', 'keep there how far each input has come, and go on from there: the same command again after a kill', text)
    .option('--checkpoint-every <n>', 'keep that after so many records (default: 100,000)', wholeNumber(1))
    .option('--checkpoint-every-ms <n>', '... and after so many milliseconds (default: 5,000; --state-dir: 1,000)', wholeNumber(1))
    .option('--dedupe', 'skip events that were delivered before, and people whose attributes are those delivered last')
    .option('--state-dir <dir>', '--dedupe: remember there what was delivered, between runs (default: for this run only)', text);
}

/** Throws `CIO_OPTIONS` for an option that does nothing without another. */
export function checkStateFlags({ resume, checkpointEvery, checkpointEveryMs, dedupe, stateDir }: StateFlags): void {
  const needs = (name: string, other: string): CioError => new CioError('CIO_OPTIONS', `${name} does nothing without ${other}`);
  if (!dedupe && stateDir !== undefined) throw needs('--state-dir', '--dedupe');
  if (resume !== undefined || dedupe) return;
  if (checkpointEvery !== undefined) throw needs('--checkpoint-every', '--resume or --dedupe');
  if (checkpointEveryMs !== undefined) throw needs('--checkpoint-every-ms', '--resume or --dedupe');
}
