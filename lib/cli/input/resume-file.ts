/**
 * The resume file: how far an earlier run has read each input. A file that is not the one read before (smaller, another
 * beginning, other bytes before the position) is refused: its lines would not be the ones that were delivered. A file that
 * has only grown resumes, and keeps the version that it had, because event ids may be derived from it. Standard input
 * resumes by its line only: nothing shows whether it is the same.
 */
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { CioError, codeOf, systemWords } from '../../errors.ts';
import { CSV_POSITION, type SourcePosition } from '../../source/checkpointer.ts';
import { replaceFile } from '../../storage/durable-folder.ts';
import type { Resumption } from './inputs.ts';
import { howChanged, look, type ResumableInput, type Seen, SIGNS } from './places/seen-place.ts';
import { unwritable } from './resume-lock.ts';
import { checkSameFlags, type Flags } from './run-identity.ts';

const STANDARD_INPUT = '-';
const NEVER = new AbortController().signal;

const SAVED = SIGNS.extend({
  offset: z.int().min(0),
  line: z.int().min(1),
  columns: z.array(z.string()).optional(),
  csv: CSV_POSITION.optional(),
  ended: z.literal(true).optional(),
});
const FORMAT = z.strictObject({
  cio_stream_resume: z.literal(1),
  flags: z.record(z.string(), z.string()).optional(),
  inputs: z.record(z.string(), SAVED),
});

type Saved = z.output<typeof SAVED>;

/** The resume file of a run. */
export class ResumeState {
  readonly #path: string;
  readonly #flags: Flags;
  readonly #inputs: Map<string, Saved>;
  readonly #seen = new Map<string, Seen>();
  /** An earlier run has made the file, and ended before it could save a position. */
  readonly hasNoPosition: boolean;

  private constructor(path: string, flags: Flags, inputs: Record<string, Saved>, hasNoPosition = false) {
    this.hasNoPosition = hasNoPosition;
    this.#path = path;
    this.#flags = flags;
    this.#inputs = new Map(Object.entries(inputs));
  }

  /**
   * Reads the file; if there is none, nothing was read yet. Throws `CIO_STATE` if it is broken or something else, or if its
   * run has read the inputs with other `flags`: what that run has read would not be read again, whatever became of it.
   */
  static async load(path: string, flags: Flags = {}): Promise<ResumeState> {
    const content = await contentOf(path);
    if (content === undefined) return new ResumeState(path, flags, {});
    const parsed = FORMAT.safeParse(content);
    if (!parsed.success) throw new CioError('CIO_STATE', `${path} is not a resume file of cio-stream, or it is damaged`);
    const { flags: earlier = flags, inputs } = parsed.data;
    if (Object.values(inputs).every(isFresh)) return new ResumeState(path, flags, inputs, true);
    checkSameFlags(path, earlier, flags);
    return new ResumeState(path, { ...earlier, ...flags }, inputs);
  }

  /** Where the input resumes; undefined for its beginning. To be asked before it is read. Throws `CIO_STATE` if it is not the one read before. */
  async positionOf(input: ResumableInput, signal: AbortSignal = NEVER): Promise<Resumption | undefined> {
    const { source, label } = input;
    const key = source ?? STANDARD_INPUT;
    const known = this.#inputs.get(key);
    const seen = await look(input, known !== undefined && known.offset > 0 && !known.ended, signal);
    const change = known && (await howChanged(known, seen));
    if (known && change !== undefined && !isFresh(known)) {
      throw new CioError(
        'CIO_STATE',
        `${label} is not the file that ${this.#path} describes: ${change}`,
        undefined,
        replacedTodo(this.#path),
      );
    }
    const saved = change === undefined ? known : undefined;
    if (seen) this.#seen.set(key, seen.as(saved?.version));
    if (saved !== undefined && !isFresh(saved)) return resumption(saved, source, seen);
    // Saved from the first byte on: a run that is killed before its first position has sent events, too.
    if (seen) this.#inputs.set(key, { ...(await this.#fileOf(key, 0)), offset: 0, line: 1 });
    return undefined;
  }

  /** Saves a position that was released. Throws `CIO_STATE`; what was saved before stays then. */
  async save({ source = STANDARD_INPUT, offset, line, columns, csv, ended }: SourcePosition): Promise<void> {
    const file = await this.#fileOf(source, offset);
    this.#inputs.set(source, { ...file, offset, line, columns: columns && [...columns], csv, ended });
    await this.write();
  }

  /** The version that a file had when it was read first. */
  versionOf({ source = STANDARD_INPUT, version }: ResumableInput): string | undefined {
    return this.#seen.get(source)?.version ?? version;
  }

  /** What an earlier run has begun, and not read to its end, beside these inputs. */
  unfinishedBeside(inputs: readonly ResumableInput[]): string[] {
    const names = new Set(inputs.map(({ source = STANDARD_INPUT }) => source));
    return [...this.#inputs].flatMap(([name, { ended }]) => (ended || names.has(name) ? [] : [name]));
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

  /** What shows later whether the input is still the same. */
  async #fileOf(source: string, offset: number): Promise<Partial<Saved>> {
    return (await this.#seen.get(source)?.signs(offset)) ?? {};
  }
}

/** The JSON in the file: undefined if there is no file, null for what is not JSON. */
async function contentOf(path: string): Promise<unknown> {
  try {
    // A pipe or a device would be read for ever.
    const found = await stat(path);
    if (!found.isFile() && !found.isDirectory()) throw new CioError('CIO_STATE', `the resume file ${path} is not a file`);
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof CioError) throw error;
    if (error instanceof SyntaxError) return null;
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new CioError('CIO_STATE', `the resume file ${path} can't be read: ${systemWords(error)}`, error);
  }
}

function replacedTodo(path: string): string {
  return `If a new export has replaced the file, delete ${path} and run again: all its rows are read, and \`--dedupe\` with the same \`--state-dir\` skips what was delivered. Otherwise put the earlier file back.`;
}

/** Nothing of the input is delivered or rejected yet. */
function isFresh({ offset, line, ended }: Saved): boolean {
  return offset === 0 && line === 1 && !ended;
}

function resumption({ offset, line, columns, csv, ended, size }: Saved, source: string | undefined, seen: Seen | undefined): Resumption {
  const isDone = ended && (seen === undefined || seen.size === size);
  const more = { ...(columns && { columns }), ...(csv && { csv }), ...(source !== undefined && { source }), ...(isDone && { ended }) };
  const startAt = { offset, line, ...more };
  if (seen?.inPlace) return { startAt };
  // Lines are counted by their LF.
  return { startAt, skip: seen === undefined && csv?.ends !== 'cr' ? 'lines' : 'bytes' };
}
