/** Amazon's signature check (Signature Version 4, headers): what fauxqs does not do and every real server does. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Why a request is refused. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** A user's secret, and the session token that must come along, if any. */
export interface Key {
  readonly secret: string;
  readonly token?: string;
  readonly expired?: boolean;
}

const CREDENTIAL =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/(\w+)\/aws4_request,\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{64})$/;
const MAX_SKEW_MS = 900_000;

/** The access key id that signed the request, or why it is refused. `now` is Unix milliseconds. */
export function verify(
  request: IncomingMessage,
  keys: ReadonlyMap<string, Key>,
  bodyHash: string | undefined,
  now: number,
): string | Refusal {
  const [, id, date, region, service, signed, signature] = CREDENTIAL.exec(request.headers.authorization ?? '') ?? [];
  if (id === undefined || date === undefined || signed === undefined || signature === undefined) return refusal('AccessDenied');
  const key = keys.get(id);
  if (key === undefined) return refusal('InvalidAccessKeyId');
  if (key.expired) return { status: 400, code: 'ExpiredToken', message: 'The provided token has expired.' };
  if (key.token !== undefined && request.headers['x-amz-security-token'] !== key.token) return refusal('InvalidToken');
  const at = String(request.headers['x-amz-date']);
  if (!(Math.abs(now - timeOf(at)) < MAX_SKEW_MS)) return refusal('RequestTimeTooSkewed');
  const scope: string[] = [date, String(region), String(service), 'aws4_request'];
  const text = ['AWS4-HMAC-SHA256', at, scope.join('/'), sha256(canonical(request, signed.split(';'), bodyHash))].join('\n');
  const signingKey = scope.reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${key.secret}`);
  const good = hmac(signingKey, text);
  return timingSafeEqual(good, Buffer.from(signature, 'hex')) ? id : refusal('SignatureDoesNotMatch');
}

function canonical(request: IncomingMessage, signed: readonly string[], bodyHash: string | undefined): string {
  const [path = '/', query = ''] = (request.url ?? '/').split('?');
  const pairs = query
    .split('&')
    .filter(Boolean)
    .map((pair) => {
      const [name = '', value = ''] = pair.split('=');
      return `${encode(decodeURIComponent(name))}=${encode(decodeURIComponent(value))}`;
    });
  const headers = signed.map(
    (name) =>
      `${name}:${String(request.headers[name] ?? '')
        .trim()
        .replace(/\s+/g, ' ')}`,
  );
  const canonicalPath = path
    .split('/')
    .map((part) => encode(decodeURIComponent(part)))
    .join('/');
  const hash = bodyHash ?? String(request.headers['x-amz-content-sha256']);
  return [request.method, canonicalPath, pairs.sort().join('&'), ...headers, '', signed.join(';'), hash].join('\n');
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function timeOf(stamp: string): number {
  return Date.parse(stamp.replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/, '$1-$2-$3T$4:$5:$6Z'));
}

export function sha256(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function refusal(code: string): Refusal {
  return { status: 403, code, message: 'refused by the signature check' };
}
