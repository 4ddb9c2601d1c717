/**
 * The two templates of an object's name, with the variables of Airbyte's object storage destinations in any capitals; as
 * there, a `$` before a variable is nothing but a `$`. Whatever is filled in, the name stays below the prefix and within
 * the length of a key: a template that could break this is an option error at once.
 */
import { CioError } from '../errors.ts';
import { unknownName } from '../options.ts';
import { refusedBy, say, wrongOption } from '../wording.ts';
import { MAX_NAME_BYTES } from './safe-name.ts';

/** What the variables of a name stand for. Names have been through safeName(). */
export interface Values {
  readonly namespace: string;
  readonly stream: string;
  readonly syncId: string;
  readonly wallMs: number;
  readonly part: number;
  /** Another one for each name. */
  readonly uuid: string;
  readonly extension: string;
}

/** A template that has been read. */
export interface Template {
  /** Everything that is wrong with it; if there is anything, the rest means nothing. */
  readonly problems: readonly string[];
  /** The names of its variables in small letters, without what follows a colon. */
  readonly variables: ReadonlySet<string>;
  /** The most bytes that it can grow to. */
  readonly maxBytes: number;
  fill(values: Values): string;
}

interface Variable {
  readonly maxBytes: number;
  value(values: Values, pattern: string | undefined): string;
}

/** Where each part of a time is in its ISO form. */
const PARTS = { yyyy: [0, 4], MM: [5, 7], dd: [8, 10], HH: [11, 13], mm: [14, 16], ss: [17, 19], SSS: [20, 23] } as const;
const utc = (pattern: string): Variable => ({ maxBytes: pattern.length, value: ({ wallMs }) => dateOf(wallMs, pattern) });
const millis: Variable = { maxBytes: 16, value: ({ wallMs }) => String(Math.floor(wallMs)) };

const VARIABLES: Record<string, Variable> = {
  namespace: { maxBytes: MAX_NAME_BYTES, value: ({ namespace }) => namespace },
  stream_name: { maxBytes: MAX_NAME_BYTES, value: ({ stream }) => stream },
  sync_id: { maxBytes: MAX_NAME_BYTES, value: ({ syncId }) => syncId },
  year: utc('yyyy'),
  month: utc('MM'),
  day: utc('dd'),
  hour: utc('HH'),
  minute: utc('mm'),
  second: utc('ss'),
  // Airbyte has four digits here.
  millisecond: utc('0SSS'),
  epoch: millis,
  date: { maxBytes: 10, value: ({ wallMs }, pattern = 'yyyy_MM_dd') => dateOf(wallMs, pattern) },
  timestamp: millis,
  uuid: { maxBytes: 36, value: ({ uuid }) => uuid },
  part_number: { maxBytes: 10, value: ({ part }) => String(part) },
  format_extension: { maxBytes: 10, value: ({ extension }) => extension },
};
const ONLY_IN_FILE_NAMES = ['part_number', 'format_extension'];
const MAX_SEGMENT_BYTES = 255;

/** Reads `pathFormat`: folders, with or without a slash at the end. Throws `CIO_OPTIONS`. */
export function readPathFormat(text: string): Template {
  return checked('pathFormat', pathTemplate(text));
}

/** Reads `fileNameFormat`. Throws `CIO_OPTIONS`. */
export function readFileNameFormat(text: string): Template {
  return checked('fileNameFormat', fileNameTemplate(text));
}

/** Reads a template of folders. */
export function pathTemplate(text: string): Template {
  return templateOf(text, (name) => !ONLY_IN_FILE_NAMES.includes(name));
}

/** Reads a template of file names. */
export function fileNameTemplate(text: string): Template {
  const template = templateOf(text, () => true);
  if (text.trim() !== '' && !text.includes('/')) return template;
  return { ...template, problems: [...template.problems, 'must be a file name, without "/"'] };
}

function checked(name: string, template: Template): Template {
  if (template.problems.length === 0) return template;
  throw new CioError('CIO_OPTIONS', say`${refusedBy('rejectWriter')}${wrongOption('rejectWriter', name)}: ${template.problems.join('; ')}`);
}

function templateOf(text: string, allowed: (name: string) => boolean): Template {
  const known = Object.keys(VARIABLES).filter(allowed);
  const parts = text.split(/(\{[^{}]*\})/).map((piece, index) => (index % 2 === 0 ? literal(piece) : variable(piece, known)));
  const longest = parts.map((part) => part.longest).join('');
  return {
    problems: [...new Set(parts.flatMap(({ problem }) => problem ?? [])), ...misplaced(parts), ...tooLong(longest)],
    variables: new Set(parts.flatMap(({ name }) => name ?? [])),
    maxBytes: Buffer.byteLength(longest),
    fill: (values) => parts.map(({ fill }) => fill(values)).join(''),
  };
}

function misplaced(parts: readonly Part[]): string[] {
  const shortest = parts.map(({ name, longest }) => (name === undefined ? longest : '')).join('');
  const isOdd = shortest.split('/').some((segment) => segment === '.' || segment === '..');
  return isOdd ? ['"." and ".." can\'t be part of it'] : [];
}

function tooLong(longest: string): string[] {
  const most = Math.max(...longest.split('/').map((segment) => Buffer.byteLength(segment)));
  return most > MAX_SEGMENT_BYTES ? [`a name in it can be up to ${most} bytes long, more than ${MAX_SEGMENT_BYTES}`] : [];
}

interface Part {
  readonly name?: string;
  readonly problem?: string | undefined;
  /** What it can grow to. */
  readonly longest: string;
  fill(values: Values): string;
}

function literal(text: string): Part {
  const isOdd = /[{}\\]|\p{Cc}|\p{Cs}/u.test(text);
  return { longest: text, fill: () => text, problem: isOdd ? 'has an unpaired brace, a backslash or a control character' : undefined };
}

function variable(text: string, known: readonly string[]): Part {
  const [, given = '', pattern] = /^\{([^:]*)(?::(.*))?\}$/s.exec(text) ?? [];
  const name = given.toLowerCase();
  const found = known.includes(name) ? VARIABLES[name] : undefined;
  if (found === undefined) return { name, longest: '', fill: () => '', problem: unknownName('variable', given, known) };
  const longest = 'x'.repeat(pattern?.length ?? found.maxBytes);
  return { name, longest, fill: (values) => found.value(values, pattern), problem: patternProblem(name, pattern) };
}

function patternProblem(name: string, pattern: string | undefined): string | undefined {
  if (pattern === undefined) return undefined;
  if (name !== 'date') return `{${name}} takes no format after a colon`;
  return /^(yyyy|MM|dd|HH|mm|ss|[-_.])+$/.test(pattern) ? undefined : '{date:...} takes yyyy, MM, dd, HH, mm, ss and - _ . between them';
}

/** UTC, so that it is the same wherever the run is. */
function dateOf(wallMs: number, pattern: string): string {
  const iso = new Date(wallMs).toISOString();
  return pattern.replace(/yyyy|MM|dd|HH|mm|ss|SSS/g, (part) => iso.slice(...PARTS[part as keyof typeof PARTS]));
}
