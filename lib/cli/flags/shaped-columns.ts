/** `--rename email="E-Mail Address"` and `--convert created_at=time` -> the options of validate(). */
import { unknownName } from '../../options.ts';
import { columnRulesProblem, type Shape } from '../../stage/column-rules.ts';
import { CONVERSION_NAMES, type Conversion, flawOfConversion } from '../../stage/conversion.ts';
import { IDENTIFIER_FIELDS } from '../../stage/identity.ts';
import { type Fields, usedColumns } from '../../stage/mapping.ts';
import { shellQuoted } from '../show/shell-quote.ts';
import type { PipelineFlags } from './flags.ts';
import { pairsOf, refuseForEntries, wrongPair } from './pairs.ts';

/** The flags that say what columns are. */
export type ColumnFlags = Pick<PipelineFlags, 'object' | 'identifier' | 'map' | 'rename' | 'convert'>;

/** Reads what `--rename` and `--convert` say, beside `--map`. Throws `CIO_OPTIONS`. */
export function shapedColumns({ object, identifier, rename, convert }: ColumnFlags, fields: Fields): Shape {
  refuseForEntries('--rename', rename, object);
  refuseForEntries('--convert', convert, object);
  const shape = { rename: renames(rename), convert: conversions(convert) };
  const flaw = columnRulesProblem(shape, usedColumns(object, identifier, fields));
  if (flaw) throw wrongPair(`--${flaw.option}`, flaw.message);
  return shape;
}

function renames(texts: readonly string[]): Shape['rename'] {
  const columns = new Map<string, string>();
  for (const [attribute, column] of pairsOf('--rename', texts, 'attribute=column, for example email="E-Mail Address"', 'first')) {
    if (IDENTIFIER_FIELDS.includes(attribute)) {
      throw wrongPair(
        '--rename',
        `${attribute} is no attribute but what identifies a person: --map ${shellQuoted(`${attribute}=${column}`)}`,
      );
    }
    if (columns.has(attribute)) throw wrongPair('--rename', `${attribute} is given twice`);
    columns.set(attribute, column);
  }
  return Object.fromEntries(columns);
}

function conversions(texts: readonly string[]): Shape['convert'] {
  const types = new Map<string, Conversion>();
  for (const [column, type] of pairsOf('--convert', texts, 'column=type, for example created_at=time', 'last')) {
    const [name = ''] = type.split(':', 1);
    if (!CONVERSION_NAMES.includes(name)) {
      if (CONVERSION_NAMES.includes(column))
        throw wrongPair('--convert', `${column}=${type}: the other way round, ${shellQuoted(`${type}=${column}`)}`);
      throw wrongPair('--convert', unknownName('type', name, CONVERSION_NAMES));
    }
    const flaw = flawOfConversion(type);
    if (flaw !== undefined) throw wrongPair('--convert', `${column}=${type}: ${flaw}`);
    if (types.has(column)) throw wrongPair('--convert', `column "${column}" is given twice`);
    types.set(column, type as Conversion);
  }
  return Object.fromEntries(types);
}
