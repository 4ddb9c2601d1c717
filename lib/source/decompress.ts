/**
 * Compressed bytes -> bytes. gzip and zstd are known by their first bytes, not by a name; anything else passes through
 * untouched, so it can always stand in front of a source. Several members or frames in a row are read as one.
 */
import type { Duplex } from 'node:stream';
import zlib from 'node:zlib';
import { CioError } from '../errors.ts';
import { type Inner, through } from '../stream/through.ts';
import { firstBytes } from './first-bytes.ts';
import { ZstdFrames } from './zstd-frames.ts';

/** A stream from bytes to decompressed bytes. Fails with `CIO_SOURCE` on corrupt or truncated data. */
export function decompress(): Duplex {
  return through({
    choose: (head, ended) => {
      const kind = firstBytes(head, ended);
      if (kind === 'gzip') return { stream: zlib.createGunzip() };
      return kind === 'zstd' ? zstd() : kind && 'plain';
    },
    explain: (error) => new CioError('CIO_SOURCE', 'decompress: the compressed data is corrupt or truncated', error),
  });
}

function zstd(): Inner {
  // Not in the types of the oldest Node that we support.
  const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Duplex };
  if (createZstdDecompress === undefined) {
    const message = `decompress: the input is zstd, which Node ${process.versions.node} can't read: use Node 22.15 or newer, or pipe it through zstd -dc`;
    throw new CioError('CIO_SOURCE', message);
  }
  const frames = new ZstdFrames();
  return {
    stream: createZstdDecompress(),
    cut: (chunk) => frames.cut(chunk),
    end: () => {
      if (!frames.between) throw new Error('the last zstd frame is cut off');
    },
  };
}
