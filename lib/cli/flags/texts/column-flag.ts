/**
 * `--column SOURCE=target:type:format`, read. SOURCE ends at the first `=`, target at the first `:`, and a format may hold
 * anything. `\=`, `\:` and `\\` stand for signs that are part of a name.
 */
import { CioError } from '../../../errors.ts';
import { unlikelyName } from '../../../stage/mapping/column-problems.ts';
import { type ColumnTarget, isRecordField } from '../../../stage/mapping/columns.ts';
import { COLUMN_TYPES, type ColumnType } from '../../../stage/mapping/conversion.ts';
import { shellQuoted } from '../shell-quote.ts';

/** A column, and what it becomes. */
export interface ColumnFlag {
  readonly column: string;
  readonly target: ColumnTarget;
}

const PART = String.raw`\\[\\=:]|\\(?![\\=:])`;
const COLUMN = new RegExp(String.raw`^((?:${PART}|[^=\\])+)=((?:${PART}|[^=:\\])*)(?::(.*))?$`, 's');
const FORM = String.raw`write SOURCE=target or SOURCE=target:type:format, or SOURCE= to leave it out, and \= or \: to have = or : in a name`;
const AS_ATTRIBUTE = /^attribute(?::|$)/;

/** Reads it. Throws `CIO_OPTIONS`. */
export function columnFlag(text: string): ColumnFlag {
  const [, source, name = '', rest] = COLUMN.exec(text) ?? [];
  if (source === undefined) throw new CioError('CIO_OPTIONS', `--column: ${text}: ${FORM}`);
  const [column, target] = [unescaped(source), unescaped(name)];
  if (rest === undefined) return { column, target: target === '' ? false : target };
  const how = rest === 'attribute' ? {} : conversionOf(rest.replace(AS_ATTRIBUTE, ''));
  if (AS_ATTRIBUTE.test(rest)) return { column, target: { attribute: target === '' ? column : target, ...how } };
  if (target === '') return { column, target: how };
  // With a type it is as short as without: only `:attribute` says that it is meant so.
  const slip = unlikelyName(target);
  if (slip !== undefined && !isRecordField(target)) throw new CioError('CIO_OPTIONS', `--column ${shellQuoted(text)}: ${slip}`);
  return { column, target: { ...(isRecordField(target) ? { field: target } : { attribute: target }), ...how } };
}

function unescaped(name: string): string {
  return name.replace(/\\([\\=:])/g, '$1');
}

/** What people also call the types, if nothing else can be meant: `int` would promise whole numbers. */
export const TYPE_WORDS: Readonly<Record<string, ColumnType>> = {
  ...{ bool: 'boolean', date: 'time', datetime: 'time', float: 'number', double: 'number', decimal: 'number' },
};

/** In any capitals. Whether the type is one is asked later. */
function conversionOf(text: string): { type: ColumnType; format?: string } {
  const [, type = '', format] = /^([^:]*)(?::(.*))?$/s.exec(text) ?? [];
  const name = type.toLowerCase();
  const known = Object.hasOwn(TYPE_WORDS, name) ? TYPE_WORDS[name] : undefined;
  const isInCapitals = (COLUMN_TYPES as readonly string[]).includes(name);
  return { type: (known ?? (isInCapitals ? name : type)) as ColumnType, ...(format !== undefined && { format }) };
}
