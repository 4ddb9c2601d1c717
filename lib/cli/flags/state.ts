/** Flags about running again that do nothing without another. */
import { CioError } from '../../errors.ts';
import type { StateFlags } from './flags.ts';

/** Throws `CIO_OPTIONS` for one that is given without it. */
export function checkStateFlags({ resume, checkpointEvery, checkpointEveryMs, dedupe, stateDir }: StateFlags): void {
  const needs = (name: string, other: string): CioError => new CioError('CIO_OPTIONS', `${name} does nothing without ${other}`);
  if (!dedupe && stateDir !== undefined) throw needs('--state-dir', '--dedupe');
  if (resume !== undefined || dedupe) return;
  if (checkpointEvery !== undefined) throw needs('--checkpoint-every', '--resume or --dedupe');
  if (checkpointEveryMs !== undefined) throw needs('--checkpoint-every-ms', '--resume or --dedupe');
}
