/** A place on a server, of which any part can be asked for: its pieces as a stream, or as what can be read at any offset. */
import { Readable } from 'node:stream';
import { remoteAccess } from '../../../bytes/random-access.ts';
import type { Place } from './place.ts';

/** Gives the bytes from `from` to `to`, or to the end. */
type ReadPart = (signal: AbortSignal, from: number, to?: number) => AsyncGenerator<Buffer>;

/** The place; it has random access if its size is known and `hasParts`. */
export function remotePlace(
  facts: Pick<Place, 'label' | 'source' | 'version' | 'size' | 'kind'>,
  read: ReadPart,
  hasParts: boolean,
): Place {
  const { version, size } = facts;
  return {
    ...facts,
    isReplacedWhole: version !== undefined,
    isRepeatable: true,
    open: async (offset, signal) => new PulledBytes((either) => read(either, offset), signal),
    ...(hasParts && size !== undefined && { openAt: async (signal) => remoteAccess(size, (from, to) => read(signal, from, to)) }),
  };
}

/** Pieces that are asked for. `pieces` gets a signal that aborts with `signal`, or when the stream is destroyed: that ends a wait for one. */
class PulledBytes extends Readable {
  bytesRead = 0;
  readonly #pieces: AsyncGenerator<Buffer>;
  readonly #gone = new AbortController();

  constructor(pieces: (signal: AbortSignal) => AsyncGenerator<Buffer>, signal: AbortSignal) {
    super();
    this.#pieces = pieces(AbortSignal.any([signal, this.#gone.signal]));
  }

  override _read(): void {
    this.#pieces.next().then(
      ({ done, value }) => {
        if (!done) this.bytesRead += value.length;
        this.push(done ? null : value);
      },
      (error) => this.destroy(error),
    );
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#gone.abort();
    this.#pieces.return(undefined).then(
      () => callback(error),
      () => callback(error),
    );
  }
}
