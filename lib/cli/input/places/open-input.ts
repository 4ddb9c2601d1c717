/** An input, opened where it resumes: its bytes, and what its source gets of them. */
import type { Readable } from 'node:stream';
import { decompressed } from '../../../bytes/decompress.ts';
import { CioError } from '../../../errors.ts';
import type { Bytes, Input } from '../inputs.ts';

/** An input that is open. */
export interface OpenInput {
  readonly bytes: Bytes;
  readonly pieces: AsyncIterable<Buffer>;
}

/** Opens it; `note` gets its warnings. When `signal` aborts, nothing is waited for any more. Throws `CIO_SOURCE`. */
export async function openInput(input: Input, signal: AbortSignal, note: (text: string) => void): Promise<OpenInput> {
  if (input.format === 'parquet') return openParquet(input, signal, note);
  const offset = startOffset(input);
  const bytes = await input.open(offset, signal);
  // In the middle of a text there are no marks of compression, only bytes that look like them.
  return { bytes, pieces: offset > 0 ? bytes : decompressed(bytes, 'decompress') };
}

/** The offset at which the file is opened. A source that can't be given the middle of a file skips what it has read before. */
export function startOffset({ format, from }: Input): number {
  // Of Parquet, offsets are those of the rows as NDJSON.
  return from === undefined || from.skip !== undefined || format === 'parquet' ? 0 : from.startAt.offset;
}

async function openParquet({ openAt, from, label }: Input, signal: AbortSignal, note: (text: string) => void): Promise<OpenInput> {
  if (openAt === undefined)
    throw new CioError(
      'CIO_SOURCE',
      'Parquet is read from its end, so it needs a file, or a server that gives parts of one: save it, and give the name of the file',
    );
  const { parquet } = await import('../../../source/parquet.ts');
  const rows = parquet(await openAt(signal), { startAt: from?.startAt });
  rows.on('warning', (text: string) => note(`warning: ${label}: ${text}`));
  return { bytes: rows, pieces: rows as Readable };
}
