/**
 * Whether an input is the one that was read before. What is replaced as a whole has a version. Of a file that may also grow it is
 * the beginning, and what comes before the place where it resumes.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isReadInPlace } from '../../../source/start-of-input.ts';
import type { Place } from './place.ts';
import { inputUnreadable } from './unreadable.ts';

/** What is needed of an input. */
export interface ResumableInput extends Pick<Place, 'label' | 'source' | 'size'>, Partial<Omit<Place, 'label' | 'source' | 'size'>> {
  readonly encoding?: string | undefined;
}

const HEAD_BYTES = 65_536;
const BEFORE_BYTES = 4_096;

/** A piece of an input, to be known again. */
const PIECE = z.strictObject({ bytes: z.int().min(0), sha256: z.string() });

type Piece = z.output<typeof PIECE>;

/** By what an input is known again. */
export const SIGNS = z.strictObject({
  size: z.int().min(0).optional(),
  version: z.string().optional(),
  head: PIECE.optional(),
  before: PIECE.optional(),
});

type Signs = z.output<typeof SIGNS>;

/** An input as it was before it is read. */
export class Seen {
  readonly #input: ResumableInput;
  readonly #head: Buffer | undefined;
  readonly version: string | undefined;

  constructor(input: ResumableInput, head: Buffer | undefined, version = input.version) {
    this.#input = input;
    this.#head = head;
    this.version = version;
  }

  /** The same with the version that it had when it was read first. */
  as(version: string | undefined): Seen {
    return new Seen(this.#input, this.#head, version);
  }

  get size(): number | undefined {
    return this.#input.size;
  }

  /** Its version alone says whether it is the same. */
  get isByVersion(): boolean {
    return this.#input.isReplacedWhole === true;
  }

  /** It can be opened at the offset of a row: it is neither compressed nor in another encoding, and gives parts. */
  get inPlace(): boolean {
    const { openAt, encoding } = this.#input;
    return openAt !== undefined && this.#head !== undefined && isReadInPlace(this.#head, encoding);
  }

  /** By what it is known again when `offset` bytes have been read. */
  async signs(offset: number): Promise<Signs> {
    const { version, size, inPlace } = this;
    if (this.isByVersion) return { size, version };
    const before = inPlace && offset > 0 ? await this.pieceBefore(offset, BEFORE_BYTES) : undefined;
    // A file that grows while it is read has at least the bytes that were read.
    return {
      size: inPlace && size !== undefined ? Math.max(size, offset) : size,
      version,
      head: this.#head && pieceOf(this.#head),
      before,
    };
  }

  /** Whether it begins with the piece. */
  beginsWith({ bytes, sha256 }: Piece): boolean {
    return this.#head !== undefined && pieceOf(this.#head.subarray(0, bytes)).sha256 === sha256;
  }

  /** The bytes before an offset; undefined if they can't be read (any more). */
  pieceBefore(offset: number, most: number): Promise<Piece | undefined> {
    return partOf(this.#input, Math.max(0, offset - most), offset, NEVER).then(pieceOf, () => undefined);
  }
}

const NEVER = new AbortController().signal;

/** Looks at an input; undefined for what can be read only once. The beginning of an object is read only if it `resumes`. */
export async function look(input: ResumableInput, resumes: boolean, signal: AbortSignal): Promise<Seen | undefined> {
  if (input.source === undefined || !input.isRepeatable) return undefined;
  if (input.isReplacedWhole && !resumes) return new Seen(input, undefined);
  try {
    return new Seen(input, await partOf(input, 0, HEAD_BYTES, signal));
  } catch (error) {
    throw inputUnreadable(input.label, error);
  }
}

/** What has changed, if an input is not the one that was read before. */
export async function howChanged(
  { size = 0, version, head, before, offset }: Signs & { offset: number },
  seen: Seen | undefined,
): Promise<string | undefined> {
  if (head === undefined && version === undefined) return undefined;
  if (head === undefined) return seen?.isByVersion && seen.version === version ? undefined : 'it was replaced by another';
  if (seen === undefined || (seen.size ?? size) < size) return 'it is smaller than it was';
  if (!seen.beginsWith(head)) return 'it begins with something else';
  const isSame = before === undefined || (await seen.pieceBefore(offset, before.bytes))?.sha256 === before.sha256;
  return isSame ? undefined : 'the part that was read last has changed';
}

/** The bytes from `from` to `to`, as far as there are any. */
async function partOf({ open, openAt }: ResumableInput, from: number, to: number, signal: AbortSignal): Promise<Buffer> {
  if (openAt !== undefined) {
    const access = await openAt(signal);
    try {
      return Buffer.from(await access.slice(from, to));
    } finally {
      await access.close();
    }
  }
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of (await open?.(0, signal)) ?? []) {
    pieces.push(piece);
    length += piece.length;
    if (length >= to) break;
  }
  return Buffer.concat(pieces).subarray(from, to);
}

function pieceOf(bytes: Buffer): Piece {
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
