/**
 * Peers: plain object-mode streams, as a careful engineer would write them without this package: split and parse (by hand,
 * or by the package ndjson), map, stringify and batch, post. Order, back-pressure and errors are the streams' own; they
 * check nothing.
 */
import { createReadStream } from 'node:fs';
import { Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import { parse } from 'ndjson';
import { Poster } from './by-hand.ts';
import { operationOf } from './operations.ts';
import type { RowFile } from './rows.ts';

const MAX_BATCH_BYTES = 500_000;
const FRAME_BYTES = '{"batch":[]}'.length;

/** Delivers the file; resolves with the number of rows. */
export function plainStreams(file: RowFile, baseUrl: string): Promise<number> {
  return deliver(file, baseUrl, [split(), each((line: string) => JSON.parse(line))]);
}

/** The same, by the parser of ndjson. */
export function ndjsonStreams(file: RowFile, baseUrl: string): Promise<number> {
  return deliver(file, baseUrl, [parse() as unknown as Transform]);
}

async function deliver({ path, kind }: RowFile, baseUrl: string, toRows: readonly Transform[]): Promise<number> {
  const toOperation = operationOf(kind);
  let rows = 0;
  const map = each((row: Record<string, unknown>) => {
    rows++;
    return toOperation(row);
  });
  await pipeline([createReadStream(path), ...toRows, map, batches(), post(baseUrl)]);
  return rows;
}

function each<T>(fn: (element: T) => unknown): Transform {
  return new Transform({ objectMode: true, transform: (element: T, _encoding, callback) => callback(null, fn(element)) });
}

function split(): Transform {
  const decoder = new StringDecoder();
  let rest = '';
  return new Transform({
    readableObjectMode: true,
    transform(chunk: Buffer, _encoding, callback) {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.push(line);
      callback();
    },
    flush: (callback) => callback(null, rest === '' ? undefined : rest),
  });
}

function batches(): Transform {
  let items: string[] = [];
  let bytes = FRAME_BYTES;
  const bodyOf = (): string => `{"batch":[${items.join(',')}]}`;
  return new Transform({
    writableObjectMode: true,
    readableObjectMode: true,
    readableHighWaterMark: 1,
    transform(operation: object, _encoding, callback) {
      const item = JSON.stringify(operation);
      const itemBytes = Buffer.byteLength(item) + 1;
      if (bytes + itemBytes > MAX_BATCH_BYTES) {
        this.push(bodyOf());
        items = [];
        bytes = FRAME_BYTES;
      }
      items.push(item);
      bytes += itemBytes;
      callback();
    },
    flush: (callback) => callback(null, items.length > 0 ? bodyOf() : undefined),
  });
}

function post(baseUrl: string): Writable {
  const poster = new Poster(baseUrl);
  return new Writable({
    objectMode: true,
    highWaterMark: 1,
    write: (batch: string, _encoding, callback) => void poster.post(Buffer.from(batch)).then(() => callback(), callback),
    final: (callback) => void poster.end().then(() => callback(), callback),
  });
}
