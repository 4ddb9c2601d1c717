/**
 * One object of a web server, as it was when its reading began. What broke is continued by a range, if the server has said by an
 * ETag or a date what it gives: an object that was replaced meanwhile is an error, never a mixture of two.
 */
import type { Readable } from 'node:stream';
import { bytesFrom } from '../../stream/through.ts';
import { REPLACED } from '../errors.ts';
import type { Part, ReadableStore, StorageError } from '../object-store.ts';
import { rangeOf } from '../range.ts';
import type { WebAddress } from './address.ts';
import { type WebClient, WebRefusal, type WebReply } from './client.ts';
import { webError } from './errors.ts';

/** What a server says of an object. */
export interface WebFacts {
  readonly bytes: number | undefined;
  readonly version: string | undefined;
  readonly type: string | undefined;
  /** It gives parts. */
  readonly hasRanges: boolean;
  /** The path where it lies, behind all redirects. */
  readonly path: string;
}

/** Content codings that may come though none was asked for: they say what kind of file it is. */
const CODINGS = new Set(['', 'identity', 'aws-chunked', 'gzip', 'x-gzip', 'zstd']);

/** One reading of an object. */
export class WebStore implements ReadableStore {
  readonly location: string;
  readonly holds = 'rows';
  readonly #client: WebClient;
  readonly #address: WebAddress;
  readonly #onNote: (text: string) => void;
  #version: string | undefined;
  #worked = false;

  /** `version` is the one that is meant, if it is read from its middle; read from its beginning, it is the one that comes. */
  constructor(client: WebClient, address: WebAddress, version?: string, onNote: (text: string) => void = () => {}) {
    this.location = address.label;
    this.#client = client;
    this.#address = address;
    this.#version = version;
    this.#onNote = onNote;
  }

  async open(): Promise<void> {}

  /** Asks for one byte: a signed address may be good for GET only. */
  async facts(signal: AbortSignal): Promise<WebFacts> {
    const reply = await this.#client.get(this.#address, { range: rangeOf(0, 1) }, signal);
    reply.body.destroy();
    this.#worked = true;
    const { status, header, url } = reply;
    const length = status === 200 ? header('content-length') : totalOf(reply);
    const bytes = length === undefined ? undefined : Number(length);
    return { bytes, version: versionOf(reply), type: header('content-type'), hasRanges: status === 206, path: url.pathname };
  }

  async read(_name: string, from: number, signal: AbortSignal, { to }: Part = {}): Promise<Readable & { startsAt?: number }> {
    const isWhole = from === 0 && to === undefined;
    const version = isWhole ? undefined : this.#version;
    if (!isWhole && version === undefined) throw new WebRefusal(`it broke at byte ${from}, and ${NO_VERSION}`);
    const headers: Record<string, string> = version === undefined ? {} : { range: rangeOf(from, to), 'if-range': version };
    const reply = await this.#client.get(this.#address, headers, signal);
    this.#worked = true;
    try {
      return this.#bodyOf(reply, from, to);
    } catch (error) {
      reply.body.destroy();
      throw error;
    }
  }

  explain(error: unknown): StorageError {
    return webError(error, this.#address, this.#worked);
  }

  async close(): Promise<void> {}

  #bodyOf(reply: WebReply, from: number, to: number | undefined): Readable & { startsAt?: number } {
    const { status, header, body } = reply;
    checkCoding(header('content-encoding') ?? '');
    const version = versionOf(reply);
    if (from === 0 && to === undefined) {
      if (status !== 200) throw new WebRefusal(OTHER_BYTES);
      this.#version = version;
      const isOpenEnded = header('content-length') === undefined && header('transfer-encoding') === undefined;
      if (isOpenEnded) this.#onNote(`warning: ${this.location}: ${NO_LENGTH}`);
      return body;
    }
    if (status === 416 && Number(totalOf(reply)) === from) return bytesFrom(nothing());
    if (status === 416 || (version ?? this.#version) !== this.#version) throw new WebRefusal(REPLACED);
    // A server without ranges gives everything.
    if (status === 200 && version !== undefined) return Object.assign(body, { startsAt: 0 });
    if (status === 200) throw new WebRefusal(REPLACED);
    if (!isRange(reply, from, to)) throw new WebRefusal(OTHER_BYTES);
    return body;
  }
}

const OTHER_BYTES = 'it answered with bytes other than those asked for';
const NO_VERSION = 'the server gives no ETag or Last-Modified by which the rest could be asked for';
const NO_LENGTH = 'the server does not say how long it is: if the connection breaks, that looks like its end';

/** A strong ETag, or else the date: another one as soon as the object is another. Both are taken by If-Range. */
function versionOf({ header }: WebReply): string | undefined {
  const tag = header('etag');
  return tag?.startsWith('"') ? tag : header('last-modified');
}

/** Whether the answer has the bytes up to `to`, or to the end if that is known: an end before that would look like the end. */
function isRange({ header }: WebReply, from: number, to: number | undefined): boolean {
  const [, start, last, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(header('content-range') ?? '') ?? [];
  const end = to ?? (total === '*' ? Number(last) + 1 : Number(total));
  return Number(start) === from && Number(last) + 1 === end;
}

/** The length of the whole, as the answer with a part says it. */
function totalOf({ header }: WebReply): string | undefined {
  return /^bytes (?:\*|\d+-\d+)\/(\d+)$/.exec(header('content-range') ?? '')?.[1];
}

function checkCoding(given: string): void {
  const unknown = given.split(',').find((coding) => !CODINGS.has(coding.trim().toLowerCase()));
  if (unknown !== undefined) throw new WebRefusal(`it comes compressed (${unknown.trim()}), which can't be read`);
}

async function* nothing(): AsyncGenerator<Buffer> {}
