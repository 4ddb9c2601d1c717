/** The stages from rows to entries that the flags ask for: `--transform`, the mapping, the limits. */
import type { Transform } from 'node:stream';
import { enforceLimits } from '../../stage/enforce-limits.ts';
import { validate } from '../../stage/validate.ts';
import { type ColumnsOfFlags, flagFor } from '../flags/columns.ts';
import { ownLimits } from '../flags/texts/limit-flag.ts';
import { transformStages } from '../input/transform.ts';
import { type KeptFlags, mappingOfFlags } from './mapping-flags.ts';
import type { PipelineExtras } from './pipeline.ts';

/** Makes them. `onRecords` stand between `--transform` and the mapping. Throws `CIO_OPTIONS`. */
export async function rowStages(flags: KeptFlags, columns: ColumnsOfFlags, onRecords: readonly Transform[] = []): Promise<Transform[]> {
  const { onViolation } = flags;
  const limits = ownLimits(flags.limits, flags.limit);
  const mapping = { ...columns.settings, mapColumn: flagFor };
  return [...(await transformStages(flags.transform)), ...onRecords, validate(mapping), enforceLimits({ onViolation, limits })];
}

/** The same for a pipeline of one mapping, with what is kept of it beside rejected rows. */
export async function rowsOf(
  flags: KeptFlags,
  columns: ColumnsOfFlags,
  onRecords: readonly Transform[] = [],
): Promise<Required<Pick<PipelineExtras, 'onRows' | 'mapping'>>> {
  return { onRows: await rowStages(flags, columns, onRecords), mapping: mappingOfFlags(flags) };
}
