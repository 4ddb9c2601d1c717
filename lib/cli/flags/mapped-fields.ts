/** `--map person_email=Email` -> the `fields` of validate(). */
import { unknownName } from '../../options.ts';
import { type Fields, RECORD_FIELDS } from '../../stage/mapping.ts';
import { shellQuoted } from '../show/shell-quote.ts';
import { pairsOf, refuseForEntries, wrongPair } from './pairs.ts';

const KNOWN: readonly string[] = RECORD_FIELDS;

/** Reads what `--map` says. Throws `CIO_OPTIONS`. */
export function mappedFields(texts: readonly string[], object: string): Fields {
  refuseForEntries('--map', texts, object);
  const fields: Record<string, string> = {};
  for (const [field, column] of pairsOf('--map', texts, 'record_field=column, for example person_email=Email', 'first')) {
    if (!KNOWN.includes(field) && KNOWN.includes(column)) {
      throw wrongPair('--map', `${field}=${column}: the other way round, ${shellQuoted(`${column}=${field}`)}`);
    }
    if (!KNOWN.includes(field)) throw wrongPair('--map', unknownName('record field', field, KNOWN));
    if (field in fields) throw wrongPair('--map', `${field} is given twice`);
    fields[field] = column;
  }
  return fields as Fields;
}
