/**
 * Requests to the JSON API of Google Cloud Storage. Credentials come from the SDK; the requests are our own, because the
 * SDK's continue after their call has ended: they retry by the real clock, ignore signals, and emit errors without a listener.
 * Each request here is sent once, ends with its signal, and fails with one error. retrying() sends it again.
 */
import type { CRC32C, Storage } from '@google-cloud/storage';
import type { Dispatcher } from 'undici';
import { openConnections } from '../../address.ts';
import { loadSdk } from '../load-sdk.ts';
import type { GcsAccess } from '../options.ts';

type Auth = Storage['authClient'];

/** What GCS answers that is not what was asked for, a 200 of anybody else included; `code` is the HTTP status, as in the errors of the SDK. */
export class GcsRefusal extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** One request: `path` lies below the endpoint, or is the whole address of an upload's session. */
export interface GcsRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly signal: AbortSignal;
}

/** What came back: 2xx, or 308 for an upload that is not complete. */
export interface GcsReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Dispatcher.ResponseData['body'];
}

/** A server that speaks the API. */
export class GcsClient {
  readonly endpoint: URL;
  /** A checksum that GCS compares uploads by. */
  readonly checksum: () => CRC32C;
  readonly #dispatcher: Dispatcher;
  readonly #authorize: (() => Auth) | undefined;
  #auth: Auth | undefined;

  private constructor(endpoint: URL, checksum: () => CRC32C, dispatcher: Dispatcher, authorize: (() => Auth) | undefined) {
    this.endpoint = endpoint;
    this.checksum = checksum;
    this.#dispatcher = dispatcher;
    this.#authorize = authorize;
  }

  /** Loads the SDK; no request is sent yet. */
  static async open({ apiEndpoint, projectId, keyFilename, credentials }: GcsAccess): Promise<GcsClient> {
    const sdk = await loadSdk('gs://', () => import('@google-cloud/storage'));
    const keyFile = keyFilename ?? (credentials === undefined ? keyFileOf(process.env) : undefined);
    const given = { apiEndpoint, projectId, keyFilename: keyFile, credentials };
    const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const storage = new sdk.Storage(options);
    const endpoint = new URL(storage.apiEndpoint);
    // An emulator wants no credentials.
    const isSigned = keyFilename !== undefined || credentials !== undefined || endpoint.protocol !== 'http:';
    // Another Storage has no token yet: one that is refused must not be kept until it expires.
    const authorize = isSigned ? () => new sdk.Storage(options).authClient : undefined;
    return new GcsClient(endpoint, () => new sdk.CRC32C(), await openConnections(), authorize);
  }

  /** Sends a request. The body of the reply must be read, or destroyed. Throws {@link GcsRefusal}, or what the network says. */
  async send({ method, path, query = {}, headers = {}, body, signal }: GcsRequest): Promise<GcsReply> {
    const isSession = /^https?:/i.test(path);
    const url = isSession ? new URL(path) : this.endpoint;
    const { statusCode, ...reply } = await this.#dispatcher.request({
      origin: url.origin,
      path: isSession ? url.pathname + url.search : url.pathname.replace(/\/$/, '') + path + searchOf(query),
      method,
      // The address of a session is its authority.
      headers: { 'user-agent': 'customerio-streams', ...(isSession ? {} : await this.#credentials()), ...headers },
      body: body ?? null,
      signal,
    });
    // It may be destroyed before anybody reads it: an error without a listener would end the process.
    reply.body.on('error', () => {});
    if (statusCode === 308 || (statusCode >= 200 && statusCode < 300)) return { status: statusCode, ...reply };
    if (statusCode === 401) this.#auth = undefined;
    throw new GcsRefusal(statusCode, messageOf(await reply.body.text()));
  }

  /** The resource that a request answers with. */
  async json(request: GcsRequest): Promise<Record<string, unknown>> {
    return readJson(await this.send(request));
  }

  /** Breaks off what is still in flight. */
  async close(): Promise<void> {
    await this.#dispatcher.destroy();
  }

  async #credentials(): Promise<Record<string, string>> {
    if (this.#authorize === undefined) return {};
    this.#auth ??= this.#authorize();
    return Object.fromEntries(new Headers(await this.#auth.getRequestHeaders(this.endpoint.origin)));
  }
}

/** The JSON of an answer. What a web console or a proxy may answer with a 200 must not be taken for "stored" or "nothing there". */
export async function readJson({ status, body }: GcsReply): Promise<Record<string, unknown>> {
  const text = await body.text();
  try {
    return Object(JSON.parse(text || '{}'));
  } catch {
    throw notGcs(status);
  }
}

/** The refusal of an answer that GCS does not give. */
export function notGcs(status: number): GcsRefusal {
  return new GcsRefusal(status, 'the answer is not one of Google Cloud Storage');
}

/** The SDK takes the variable as it is; one that was read from a file may end in a line end. */
function keyFileOf({ GOOGLE_APPLICATION_CREDENTIALS: path }: NodeJS.ProcessEnv): string | undefined {
  return path !== undefined && /[\r\n]$/.test(path) ? path.trim() : undefined;
}

function searchOf(query: NonNullable<GcsRequest['query']>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size === 0 ? '' : `?${search}`;
}

/** GCS explains itself in JSON; a proxy on the way may not. */
function messageOf(text: string): string {
  try {
    return String(JSON.parse(text).error.message ?? text);
  } catch {
    return text.trim();
  }
}
