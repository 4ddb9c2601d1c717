/**
 * Which files of a folder, or objects below a prefix, hold rows, and in which order they are read: by their whole names, code
 * point by code point, as S3 lists them. Which were left out is said: none is skipped in silence.
 */
import { CioError } from '../../../errors.ts';
import { kindOfName } from './kind.ts';

/** What was found; the name is the path inside the folder, with `/`. */
export interface FoundFile {
  readonly name: string;
  readonly bytes: number;
}

const SHOWN = 3;
/** What tools put beside data: checksums, signatures, lists of files, halves of files, old copies. */
const BESIDE = /(?:\.(?:crc|md5|sha1|sha256|sha512|checksum|asc|sig|metadata|tmp|partial|crdownload|bak)|manifest(?:\.json)?|~)$/i;
/** What people and their systems put there. */
const NOT_ROWS = /^(?:readme(?:\.(?:md|txt))?|thumbs\.db|desktop\.ini)$/i;

/** The files with rows, in order. Says what is left out; throws `CIO_SOURCE` if nothing is left. */
export function dataFiles<F extends FoundFile>(label: string, found: readonly F[], note: (text: string) => void): F[] {
  // A bucket may have an empty object that stands for a folder.
  const files = found.filter(({ name }) => !/(^|\/)$/.test(name)).sort((one, other) => byCodePoint(one.name, other.name));
  const others = files.filter(({ name }) => !isDataName(name));
  const named = files.filter(({ name }) => isDataName(name));
  const empty = named.filter(({ bytes }) => bytes === 0);
  const left = [...listed(empty, 'empty file'), ...listed(others, 'file that is not data', 'files that are not data')].join(' and ');
  const data = named.filter(({ bytes }) => bytes > 0);
  if (data.length === 0) throw new CioError('CIO_SOURCE', `${label} has no data files${left === '' ? '' : `, only ${left}`}`);
  if (left !== '') note(`${label}: left out ${left}`);
  return data;
}

/** Hidden files are not data; nor are those with `_` before their names, unless they end as data does or are partitions (`_day=1/`). */
function isDataName(path: string): boolean {
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  if (name === '' || name.startsWith('.') || BESIDE.test(name) || NOT_ROWS.test(name)) return false;
  if (name.startsWith('_') && kindOfName(name) === undefined) return false;
  return parts.every((part) => !part.startsWith('.') && (!part.startsWith('_') || part.includes('=')));
}

/** How many there are, and a few of their names. */
function listed(files: readonly FoundFile[], one: string, many: string = `${one}s`): string[] {
  if (files.length === 0) return [];
  const names = files.slice(0, SHOWN).map(({ name }) => name);
  const more = files.length > SHOWN ? ', ...' : '';
  return [`${files.length.toLocaleString('en-US')} ${files.length === 1 ? one : many} (${names.join(', ')}${more})`];
}

/** JavaScript compares halves of surrogate pairs, and would put an emoji before some letters. */
function byCodePoint(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
