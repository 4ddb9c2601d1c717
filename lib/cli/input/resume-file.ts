/**
 * How far an earlier run came, per input, in one JSON file. A file that is no longer the one read before (smaller, or
 * another beginning, other bytes before the place to go on at) is refused: its lines would not be the ones that were
 * delivered. One that has only grown goes on, and keeps the version that it had, as event ids may be derived from it.
 * Standard input goes by lines alone: nothing tells whether it is the same.
 */
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { CioError, codeOf, systemWords } from '../../errors.ts';
import { CSV_POSITION, type SourcePosition } from '../../source/checkpointer.ts';
import { look, type Piece, pieceBefore, pieceOf, type Seen } from './known-file.ts';
import { replaceFile } from './replace-file.ts';
import { different, type Flags } from './run-identity.ts';

/** An input, as far as its resumption goes. */
export interface ResumableInput {
  readonly label: string;
  /** The path; absent for standard input. */
  readonly source: string | undefined;
  /** In bytes, where it is a plain file. */
  readonly size: number | undefined;
  readonly version?: string | undefined;
  /** What its encoding is said to be. */
  readonly encoding?: string | undefined;
}

/** Where an input goes on. */
export interface Resumption {
  /** With `ended` where nothing is left to read. */
  readonly startAt: SourcePosition;
  /** How the source gets there; without it the file is opened at the offset. */
  readonly skip?: 'bytes' | 'lines';
}

const BEFORE_BYTES = 4_096;
const STANDARD_INPUT = '-';

const piece: z.ZodType<Piece> = z.strictObject({ bytes: z.int().min(0), sha256: z.string() });
const entry = z.strictObject({
  size: z.int().min(0).optional(),
  version: z.string().optional(),
  head: piece.optional(),
  before: piece.optional(),
  offset: z.int().min(0),
  line: z.int().min(1),
  columns: z.array(z.string()).optional(),
  csv: CSV_POSITION.optional(),
  ended: z.literal(true).optional(),
});
const FORMAT = z.strictObject({
  cio_stream_resume: z.literal(1),
  flags: z.record(z.string(), z.string()).optional(),
  inputs: z.record(z.string(), entry),
});

type Saved = z.output<typeof entry>;

/** The resume file of a run. */
export class ResumeState {
  readonly #path: string;
  readonly #flags: Flags;
  readonly #inputs: Map<string, Saved>;
  readonly #seen = new Map<string, Seen & { readonly version: string | undefined }>();

  private constructor(path: string, flags: Flags, inputs: Record<string, Saved>) {
    this.#path = path;
    this.#flags = flags;
    this.#inputs = new Map(Object.entries(inputs));
  }

  /**
   * Reads the file; where there is none nothing was read yet. Throws `CIO_STATE` for one that is broken or something else,
   * or whose run has read its inputs by other `flags`: what it has read would be taken for done, whatever became of it.
   */
  static async load(path: string, flags: Flags = {}): Promise<ResumeState> {
    let text: string;
    try {
      // A pipe or a device would be read for ever.
      const found = await stat(path);
      if (!found.isFile() && !found.isDirectory()) throw new CioError('CIO_STATE', `the resume file ${path} is not a file`);
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (error instanceof CioError) throw error;
      if (codeOf(error) === 'ENOENT') return new ResumeState(path, flags, {});
      throw new CioError('CIO_STATE', `the resume file ${path} can't be read: ${systemWords(error)}`, error);
    }
    const parsed = FORMAT.safeParse(jsonOf(text));
    if (!parsed.success) throw new CioError('CIO_STATE', `${path} is no resume file of cio-stream, or it is damaged`);
    const { flags: earlier = flags, inputs } = parsed.data;
    if (Object.values(inputs).every(isFresh)) return new ResumeState(path, flags, inputs);
    const others = different(earlier, flags);
    if (others.length > 0) throw otherFlags(path, others);
    return new ResumeState(path, { ...earlier, ...flags }, inputs);
  }

  /** Where the input goes on; undefined for its beginning. Throws `CIO_STATE` where it is not the one read before. Ask before it is read. */
  async positionOf({ label, source, size, version, encoding }: ResumableInput): Promise<Resumption | undefined> {
    const key = source ?? STANDARD_INPUT;
    const seen = source === undefined || size === undefined ? undefined : await look(source, size, encoding);
    const known = this.#inputs.get(key);
    const how = known && (await howChanged(known, seen, source));
    if (known && how !== undefined && !isFresh(known)) throw changed(label, this.#path, how);
    const saved = how === undefined ? known : undefined;
    if (seen) this.#seen.set(key, { ...seen, version: saved?.version ?? version });
    if (saved === undefined || isFresh(saved)) {
      // From the first byte on: a run that is killed before its first position has sent events, too.
      if (seen) this.#inputs.set(key, { ...(await this.#fileOf(key, 0)), offset: 0, line: 1 });
      return undefined;
    }
    const { offset, line, columns, csv, ended } = saved;
    const startAt = { offset, line, ...(columns && { columns }), ...(csv && { csv }), ...(source !== undefined && { source }) };
    // Lines are counted by their LF.
    if (seen === undefined) return { startAt: { ...startAt, ...(ended && { ended }) }, skip: csv?.ends === 'cr' ? 'bytes' : 'lines' };
    const done = ended && seen.size === saved.size;
    return { startAt: { ...startAt, ...(done && { ended }) }, ...(seen.inPlace ? {} : { skip: 'bytes' }) };
  }

  /** Keeps a position that was released. Throws `CIO_STATE`; what was kept before stays then. */
  async save({ source, offset, line, columns, csv, ended }: SourcePosition): Promise<void> {
    const key = source ?? STANDARD_INPUT;
    const file = await this.#fileOf(key, offset);
    const how = { ...(columns && { columns: [...columns] }), ...(csv && { csv }), ...(ended && { ended }) };
    this.#inputs.set(key, { ...file, offset, line, ...how });
    await this.write();
  }

  /** The version that a file had when it was read first. */
  versionOf({ source = STANDARD_INPUT, version }: ResumableInput): string | undefined {
    return this.#seen.get(source)?.version ?? version;
  }

  /** By what the file is known again. */
  async #fileOf(path: string, offset: number): Promise<Partial<Saved>> {
    const seen = this.#seen.get(path);
    if (seen === undefined) return {};
    const { version, inPlace } = seen;
    const before = inPlace && offset > 0 ? await pieceBefore(path, offset, BEFORE_BYTES) : undefined;
    return {
      // A file that grows while it is read has at least the bytes that were read.
      size: inPlace ? Math.max(seen.size, offset) : seen.size,
      ...(version !== undefined && { version }),
      head: pieceOf(seen.head),
      ...(before && { before }),
    };
  }

  /** Writes the file as it is. Throws `CIO_STATE`. */
  async write(): Promise<void> {
    const text = JSON.stringify({ cio_stream_resume: 1, flags: this.#flags, inputs: Object.fromEntries(this.#inputs) }, null, 1);
    try {
      await replaceFile(this.#path, `${text}\n`);
    } catch (error) {
      throw unwritable(this.#path, error);
    }
  }
}

/** Nothing of it is settled yet. */
function isFresh({ offset, line, ended }: Saved): boolean {
  return offset === 0 && line === 1 && !ended;
}

/** Why a file is not the one that was read before, if so. */
async function howChanged({ size = 0, head, before, offset }: Saved, seen: Seen | undefined, path = ''): Promise<string | undefined> {
  if (head === undefined) return undefined;
  if (seen === undefined || seen.size < size) return 'it is smaller than it was';
  if (pieceOf(seen.head.subarray(0, head.bytes)).sha256 !== head.sha256) return 'it begins with something else';
  const isSame = before === undefined || (await pieceBefore(path, offset, before.bytes))?.sha256 === before.sha256;
  return isSame ? undefined : 'what was read of it last is something else now';
}

/** The error of a resume file that can't be written, or have something beside it. */
export function unwritable(path: string, cause: unknown): CioError {
  return new CioError('CIO_STATE', `the resume file can't be written to ${path}: ${systemWords(cause)}`, cause);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function otherFlags(path: string, names: readonly string[]): CioError {
  const message = `${path} is of a run with other ${names.join(', ')}`;
  return new CioError('CIO_STATE', `${message}: what it has read is not read again (cio-stream replay sends what was rejected)`);
}

function changed(label: string, path: string, how: string): CioError {
  return new CioError('CIO_STATE', `${label} is not the file that ${path} speaks of: ${how}`);
}
