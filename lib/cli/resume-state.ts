/**
 * How far an earlier run came, per input, in one JSON file. A file that is no longer the one read before (smaller, or
 * another beginning) is refused: its lines would not be the ones that were delivered. One that has only grown goes on.
 * Standard input goes by lines alone: nothing tells whether it is the same.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { CioError } from '../errors.ts';
import { firstBytes } from '../source/first-bytes.ts';
import type { SourcePosition } from '../source/position.ts';
import { replaceFile } from './replace-file.ts';

/** An input, as far as its resumption goes. */
export interface ResumableInput {
  readonly label: string;
  /** The path; absent for standard input. */
  readonly source: string | undefined;
  /** In bytes, where it is a plain file. */
  readonly size: number | undefined;
}

/** Where an input goes on. */
export interface Resumption {
  /** With `ended` where nothing is left to read. */
  readonly startAt: SourcePosition;
  /** How the source gets there; without it the file is opened at the offset. */
  readonly skip?: 'bytes' | 'lines';
}

const HEAD_BYTES = 65_536;
const STANDARD_INPUT = '-';

const entry = z.strictObject({
  size: z.int().min(0).optional(),
  head: z.strictObject({ bytes: z.int().min(0), sha256: z.string() }).optional(),
  offset: z.int().min(0),
  line: z.int().min(1),
  columns: z.array(z.string()).optional(),
  ended: z.literal(true).optional(),
});
const FORMAT = z.strictObject({ cio_stream_resume: z.literal(1), inputs: z.record(z.string(), entry) });

type Saved = z.output<typeof entry>;

/** What is known of a file before it is read. */
interface Seen {
  readonly size: number;
  /** Its first bytes. */
  readonly head: Buffer;
  readonly compressed: boolean;
}

/** The resume file of a run. */
export class ResumeState {
  readonly #path: string;
  readonly #inputs: Map<string, Saved>;
  readonly #seen = new Map<string, Seen>();

  private constructor(path: string, inputs: Record<string, Saved>) {
    this.#path = path;
    this.#inputs = new Map(Object.entries(inputs));
  }

  /** Reads the file; where there is none nothing was read yet. Throws `CIO_STATE` for one that is broken or something else. */
  static async load(path: string): Promise<ResumeState> {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return new ResumeState(path, {});
      throw new CioError('CIO_STATE', `the resume file ${path} can't be read (${codeOf(error)})`, error);
    }
    const parsed = FORMAT.safeParse(jsonOf(text));
    if (!parsed.success) throw new CioError('CIO_STATE', `${path} is no resume file of cio-stream, or it is damaged`);
    return new ResumeState(path, parsed.data.inputs);
  }

  /** Where the input goes on; undefined for its beginning. Throws `CIO_STATE` where it is not the one read before. Ask before it is read. */
  async positionOf({ label, source, size }: ResumableInput): Promise<Resumption | undefined> {
    const key = source ?? STANDARD_INPUT;
    const saved = this.#inputs.get(key);
    const seen = source === undefined || size === undefined ? undefined : await look(source, size);
    if (seen) this.#seen.set(key, seen);
    if (saved === undefined) return undefined;
    if (saved.head !== undefined) {
      if (seen === undefined || seen.size < (saved.size ?? 0)) throw changed(label, this.#path, 'it is smaller than it was');
      if (sha256(seen.head.subarray(0, saved.head.bytes)) !== saved.head.sha256)
        throw changed(label, this.#path, 'it begins with something else');
    }
    const { offset, line, columns, ended } = saved;
    const startAt = { offset, line, ...(columns && { columns }), ...(source !== undefined && { source }) };
    if (seen === undefined) return { startAt: { ...startAt, ...(ended && { ended }) }, skip: 'lines' };
    const done = ended && seen.size === saved.size;
    return { startAt: { ...startAt, ...(done && { ended }) }, ...(seen.compressed ? { skip: 'bytes' } : {}) };
  }

  /** Keeps a position that was released. Throws `CIO_STATE`; what was kept before stays then. */
  async save({ source, offset, line, columns, ended }: SourcePosition): Promise<void> {
    const key = source ?? STANDARD_INPUT;
    const seen = this.#seen.get(key);
    // A file that grows while it is read has at least the bytes that were read.
    const head = seen && { bytes: seen.head.length, sha256: sha256(seen.head) };
    const file = seen && { size: seen.compressed ? seen.size : Math.max(seen.size, offset), head };
    this.#inputs.set(key, { ...file, offset, line, ...(columns && { columns: [...columns] }), ...(ended && { ended }) });
    await this.write();
  }

  /** Writes the file as it is. Throws `CIO_STATE`. */
  async write(): Promise<void> {
    const text = JSON.stringify({ cio_stream_resume: 1, inputs: Object.fromEntries(this.#inputs) }, null, 1);
    try {
      await replaceFile(this.#path, `${text}\n`);
    } catch (error) {
      throw unwritable(this.#path, error);
    }
  }
}

/** The error of a resume file that can't be written, or have something beside it. */
export function unwritable(path: string, cause: unknown): CioError {
  return new CioError('CIO_STATE', `the resume file can't be written to ${path} (${codeOf(cause)})`, cause);
}

/** Reads the beginning of a file. */
async function look(path: string, size: number): Promise<Seen> {
  const bytes = Math.min(size, HEAD_BYTES);
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
    const head = buffer.subarray(0, bytesRead);
    const kind = firstBytes(head, true);
    return { size, head, compressed: kind === 'gzip' || kind === 'zstd' };
  } catch (error) {
    throw new CioError('CIO_SOURCE', `${path} can't be read (${codeOf(error)})`, error);
  } finally {
    await file?.close();
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function codeOf(error: unknown): unknown {
  return Reflect.get(Object(error), 'code');
}

function changed(label: string, path: string, how: string): CioError {
  return new CioError('CIO_STATE', `${label} is not the file that ${path} speaks of: ${how}`);
}
