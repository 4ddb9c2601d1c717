/** Requests and refused items as plain data. Bodies become text here, when somebody looks, and are cut for display over HTTP. */
import { isSafeNumber, LosslessNumber, parse } from 'lossless-json';
import type { Fault } from '../faults.ts';
import type { LoggedRefusal } from './refused-log.ts';
import type { LoggedRequest } from './request-log.ts';

/**
 * A request to the sandbox, as in a list.
 *
 * @category Sandbox
 */
export interface SandboxRequestLine {
  /** Its number. */
  readonly id: number;
  /** When it came, in ISO 8601. */
  readonly at: string;
  /** HTTP method. */
  readonly method: string;
  /** Path of the call. */
  readonly path: string;
  /** Status of the answer; missing if the connection broke before one. */
  readonly status?: number | undefined;
  /** How many items it held; missing if they were not looked at. */
  readonly items?: number | undefined;
  /** Bytes of its body. */
  readonly bytes: number;
  /** How many of its items were refused. */
  readonly refused: number;
  /** What the fault that acted on it does, such as `status 503`. */
  readonly fault?: string;
  /** Milliseconds from its arrival to the end of the answer. */
  readonly ms: number;
}

/**
 * A request to the sandbox, with what was sent and answered.
 *
 * @category Sandbox
 */
export interface SandboxRequest extends SandboxRequestLine {
  /** Headers, by name in lower case. Credentials are not kept. */
  readonly headers: Record<string, string>;
  /** What was sent; missing if it was not read to its end, or had to make room. */
  readonly requestBody?: string | undefined;
  /** The answer; missing if there was none, or it had to make room. */
  readonly responseBody?: string | undefined;
}

/**
 * An item that the sandbox refused.
 *
 * @category Sandbox
 */
export interface SandboxRefused {
  /** When, in ISO 8601. */
  readonly at: string;
  /** The number of its request. */
  readonly request: number;
  /** Its place in the batch, from 0. */
  readonly index: number;
  /** Its `type`, as sent. */
  readonly type?: unknown;
  /** Its `action`, as sent. */
  readonly action?: unknown;
  /** Its `identifiers`, as sent. */
  readonly identifiers?: unknown;
  /** The path of what is wrong. */
  readonly field: string;
  /** What is wrong, as the API says it. */
  readonly message: string;
  /** The reason, as the API names it. */
  readonly reason: 'required' | 'invalid';
  /** The item. It is text if it is long, or if JSON can't hold its numbers. */
  readonly item: unknown;
  /** True if the text of the item was cut. */
  readonly truncated?: true;
}

/** Over this a text is cut for display. */
const SHOWN_BYTES = 100_000;
const SHOWN_REDIRECT = 100;
const EFFECTS = ['status', 'redirect', 'reset', 'latencyMs', 'slowMs', 'truncate', 'apply'] as const;

export function plainRequestLine({ id, at, method, path, status, items, bytes, refused, fault, ms }: LoggedRequest): SandboxRequestLine {
  const line = { id, at: new Date(at).toISOString(), method, path, status, items, bytes, refused };
  return { ...line, ...(fault && { fault: faultInWords(fault) }), ms: Math.round(ms * 10) / 10 };
}

/** With all of its bodies, which are read when somebody looks. */
export function plainRequest(request: LoggedRequest): SandboxRequest {
  const { body, answer } = request;
  return {
    ...plainRequestLine(request),
    headers: headersOf(request.rawHeaders),
    get requestBody() {
      return body?.toString();
    },
    responseBody: answer,
  };
}

/** With its bodies cut. */
export function shownRequest(request: LoggedRequest): SandboxRequest & { readonly truncated?: true } {
  const { body, answer } = request;
  const [sent, answered] = [body && cut(body), answer === undefined ? undefined : cut(Buffer.from(answer))];
  return {
    ...plainRequestLine(request),
    headers: headersOf(request.rawHeaders),
    requestBody: sent?.text,
    responseBody: answered?.text,
    ...((sent?.isCut || answered?.isCut) && { truncated: true }),
  };
}

export function plainRefused({ at, request, refusal, text }: LoggedRefusal): SandboxRefused {
  const { index, field, message, reason } = refusal;
  const value = read(text) as { type?: unknown; action?: unknown; identifiers?: unknown } | null | undefined;
  const { text: shown, isCut } = cut(text);
  const isShort = !isCut && value !== undefined;
  const [type, action, identifiers] = [value?.type, value?.action, value?.identifiers];
  const why = { at: new Date(at).toISOString(), request, index, type, action, identifiers, field, message, reason };
  return { ...why, item: isShort ? value : shown, ...(isCut && { truncated: true }) };
}

/** What a fault does, but for what it answers. */
export function faultInWords(fault: Fault): string {
  const words = EFFECTS.flatMap((name) => (fault[name] === undefined ? [] : `${name} ${String(fault[name]).slice(0, SHOWN_REDIRECT)}`));
  if (fault.headers) words.push('headers');
  if (fault.body !== undefined) words.push('body');
  return words.join(', ') || 'no effect';
}

function read(text: Buffer): unknown {
  try {
    return parse(text.toString(), null, {
      parseNumber: (digits) => (isSafeNumber(digits) ? Number(digits) : new LosslessNumber(digits)),
      onDuplicateKey: ({ newValue }) => newValue,
    });
  } catch {
    return undefined;
  }
}

function cut(bytes: Buffer): { text: string; isCut: boolean } {
  // As a part of a stream it leaves out a character that is cut through.
  const isCut = bytes.length > SHOWN_BYTES;
  return { text: new TextDecoder().decode(bytes.subarray(0, SHOWN_BYTES), { stream: isCut }), isCut };
}

function headersOf(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (let at = 0; at < raw.length; at += 2) {
    const [name, value] = [(raw[at] ?? '').toLowerCase(), raw[at + 1] ?? ''];
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  return { ...headers };
}
