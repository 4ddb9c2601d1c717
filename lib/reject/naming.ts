/**
 * What the objects of a run are called. Rejections of one group share an object; which groups there are follows from the
 * variables in the templates. No name is given twice in a run; the names of two runs differ by sync id, time, or a suffix.
 */
import type { Origin } from '../record/origin.ts';
import { safeName } from './safe-name.ts';
import { readFileNameFormat, readPathFormat, type Template, type Values } from './template.ts';

/** Rejections that share an object: those of one stream, if the templates hold the names of streams. */
export interface Group {
  readonly key: string;
  readonly namespace: string;
  readonly stream: string;
}

/** Names for the objects of a run. */
export interface Naming {
  groupOf(origin: Origin | undefined): Group;
  /** The most bytes that a name can grow to. */
  readonly maxBytes: number;
  /** The name of object number `serial` of the run: another for each number. Folders are separated by `/`. */
  name(group: Group, wallMs: number, serial: number): string;
}

/** What {@link templateNaming} has to know. */
export interface TemplateNamingOptions {
  readonly pathFormat: string;
  readonly fileNameFormat: string;
  readonly syncId: string;
  /** Identifies this run. */
  readonly run: string;
  /** Fresh random bytes. */
  readonly bytes: (length: number) => Buffer;
  readonly extension: string;
}

/** The only group, if the templates make no others. */
export const ALL: Group = { key: '', namespace: '', stream: '' };

/** A slash, and what makes a second object of one name different. */
const SUFFIX_BYTES = 24;

/** The most bytes that a name by these templates can grow to. */
export function longestName(path: Template, file: Template): number {
  return path.maxBytes + file.maxBytes + SUFFIX_BYTES;
}

/** Names by the user's templates. Throws `CIO_OPTIONS`. */
export function templateNaming({ pathFormat, fileNameFormat, syncId, run, bytes, extension }: TemplateNamingOptions): Naming {
  const path = readPathFormat(pathFormat);
  const file = readFileNameFormat(fileNameFormat);
  const uses = (variable: string): boolean => path.variables.has(variable) || file.variables.has(variable);
  const [byNamespace, byStream, numbered] = [uses('namespace'), uses('stream_name'), file.variables.has('part_number')];
  const uuid = uses('uuid') ? (): string => uuidOf(bytes(16)) : (): string => '';
  const safeSyncId = safeName(syncId);
  return {
    maxBytes: longestName(path, file),
    groupOf: (origin) => {
      const namespace = byNamespace ? safeName(origin?.namespace ?? '') : '';
      const stream = byStream ? safeName(origin?.stream ?? '') : '';
      return namespace === '' && stream === '' ? ALL : { key: `${namespace}/${stream}`, namespace, stream };
    },
    name: ({ namespace, stream }, wallMs, serial) => {
      const values: Values = { namespace, stream, syncId: safeSyncId, wallMs, part: serial, uuid: uuid(), extension };
      const folders = path.fill(values).split('/').filter(Boolean);
      const name = file.fill(values);
      return [...folders, numbered || serial === 0 ? name : withSuffix(name, `_${run}_${serial}`, extension)].join('/');
    },
  };
}

/** Names without templates: in no folder, in the order of time. */
export function flatNaming(run: string, extension: string): Naming {
  return {
    maxBytes: 64,
    groupOf: () => ALL,
    name: (_group, wallMs, serial) => `${stampOf(wallMs)}Z-${run}-${String(serial + 1).padStart(4, '0')}${extension}`,
  };
}

/** A time as a part of a name, to the second: `2026-01-31T09-30-00`. */
export function stampOf(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 19).replaceAll(':', '-');
}

/** A UUID of version 4 of these 16 bytes. */
function uuidOf(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4];
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `${variant}${hex.slice(17, 20)}`, hex.slice(20)].join('-');
}

function withSuffix(name: string, suffix: string, extension: string): string {
  return name.endsWith(extension) ? `${name.slice(0, -extension.length)}${suffix}${extension}` : `${name}${suffix}`;
}
