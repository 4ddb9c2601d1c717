/**
 * The columns that the mapping of a rejected row names: a sheet has them all. CSV leaves out empty cells, and an empty one is often
 * what is wrong, so the record itself does not show where to fill it in.
 */
import { CioError } from '../../errors.ts';
import { type KeptMapping, keptMappingOf } from '../../record/kept-mapping.ts';
import type { NamedColumns } from '../../reject/csv/table.ts';
import { splitLine } from '../../reject/reject-line.ts';
import { columnsOf } from '../flags/columns.ts';
import { flagsOfMapping } from '../run/mapping-flags.ts';

/** Rows may each bring a mapping of their own. */
const MAX_KNOWN = 100;

/** For lines that hold their whole mapping; none for a line without one. */
export function mappedColumns(): NamedColumns {
  const known = new Map<string, readonly string[]>();
  return (line) => {
    const mapping = keptMappingOf(JSON.parse(`{${splitLine(line).meta}`).rejected_origin?.mapping);
    if (mapping === undefined) return [];
    const names = known.get(mapping.id) ?? namesIn(mapping);
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(mapping.id, names);
    return names;
  };
}

/** Not those that are left out. Behind a `--transform` none are known: it makes other columns of the row. */
function namesIn(mapping: KeptMapping): readonly string[] {
  try {
    const flags = flagsOfMapping(mapping, 'the mapping');
    if (flags.transform !== undefined) return [];
    const { named, settings } = columnsOf(flags);
    return named.map(({ column }) => column).filter((column) => settings.columns?.[column] !== false);
  } catch (error) {
    // A replay says what is wrong with it.
    if (error instanceof CioError) return [];
    throw error;
  }
}
