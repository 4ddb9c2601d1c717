/** `--map person_email=Email` -> the `fields` of validate(). */
import { CioError } from '../errors.ts';
import { unknownName } from '../options.ts';
import { type Fields, RECORD_FIELDS } from '../stage/mapping.ts';

const KNOWN: readonly string[] = RECORD_FIELDS;

/** Reads what `--map` says. Throws `CIO_OPTIONS`. */
export function mappedFields(pairs: readonly string[], object: string): Fields {
  if (pairs.length > 0 && object === 'entry') throw wrong('has no effect with --object entry: its rows are operations already');
  const fields: Record<string, string> = {};
  for (const pair of pairs) {
    const [, field = '', column = ''] = /^(.*?)=(.*)$/s.exec(pair) ?? [];
    if (field === '' || column === '') throw wrong(`${pair}: write record_field=column, for example person_email=Email`);
    if (!KNOWN.includes(field) && KNOWN.includes(column)) throw wrong(`${pair}: the other way round, ${column}=${field}`);
    if (!KNOWN.includes(field)) throw wrong(unknownName('record field', field, KNOWN));
    if (field in fields) throw wrong(`${field} is given twice`);
    fields[field] = column;
  }
  return fields as Fields;
}

function wrong(message: string): CioError {
  return new CioError('CIO_OPTIONS', `--map: ${message}`);
}
