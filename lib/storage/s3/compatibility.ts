/**
 * What a server of the S3 protocol need not know: the SDK's checksums, and `If-None-Match`. Each server refuses them in
 * its own words, some as if the keys were wrong. So a request that may be refused because of them is sent again without
 * them: if it works, they were the reason, and if it does not, the first refusal counts.
 */
import { type ErrorFacts, factsOf } from '../errors.ts';
import type { Action } from '../object-store.ts';
import type { S3Access } from '../options.ts';

/** What goes with a request. */
export interface Compatibility {
  /** Checksums of the SDK's own choice; `always` if the user insists. Without them the signature still covers what is uploaded. */
  readonly checksums: boolean | 'always';
  /** `If-None-Match`. Without it a name is looked up before it is written. */
  readonly conditional: boolean;
}

/** Refusals of a request as it stands, which say nothing of the keys, the bucket or the object. */
const UNKNOWN = new Set(['NotImplemented', 'InvalidArgument', 'InvalidRequest', 'InvalidHeader', 'BadRequest', 'UnsupportedArgument']);
/** Answers of servers to which the bytes, or the headers, are not those that were signed. */
const OTHERWISE = new Set([
  'SignatureDoesNotMatch',
  'XAmzContentSHA256Mismatch',
  'XAmzContentChecksumMismatch',
  'MissingContentLength',
  'InvalidDigest',
  'InvalidChecksum',
]);
const CHECKSUMS = /checksum|crc-?(32|64)|x-amz-(sdk|trailer|te\b)|aws-chunked|streaming-(un)?signed|trailer/i;
const CONDITION = /if-none-match|precondition|conditional/i;

/** True if the server says itself that it does not know the checksums. */
export function isAboutChecksums({ name, status, message }: ErrorFacts): boolean {
  if (name === 'BadDigest' || /required/i.test(message)) return false;
  return (status === 400 || status === 403 || status === 501 || UNKNOWN.has(name)) && CHECKSUMS.test(message);
}

/** What to try after a request with `compatibility` failed; nothing if the failure has another cause. */
export function plainer(compatibility: Compatibility, facts: ErrorFacts): Compatibility[] {
  const { name, status, message } = facts;
  const isOtherwise = OTHERWISE.has(name) || status === 411;
  // An answer to HEAD has no body, and no code.
  const isUnknown =
    UNKNOWN.has(name) || status === 501 || status === 405 || (status === 400 && /^(\d+|Unknown.*|BadRequest|Error|)$/.test(name));
  const named = isAboutChecksums(facts) ? 'checksums' : CONDITION.test(message) && isUnknown ? 'conditional' : undefined;
  if (named === undefined && !isOtherwise && !isUnknown) return [];
  const less: Compatibility[] = [];
  if (compatibility.checksums === true && named !== 'conditional') less.push({ ...compatibility, checksums: false });
  if (compatibility.conditional && named !== 'checksums' && !isOtherwise) less.push({ ...compatibility, conditional: false });
  if (less.length > 1) less.push({ checksums: false, conditional: false });
  return less;
}

/** Runs `run` with `compatibility`, then with less while a refusal may be about that; returns what worked. */
export async function withCompatibility<T>(
  compatibility: Compatibility,
  run: (compatibility: Compatibility) => Promise<T>,
): Promise<{ readonly result: T; readonly compatibility: Compatibility }> {
  const queue = [compatibility];
  let reason: { readonly error: unknown } | undefined;
  for (const tried of queue) {
    try {
      return { result: await run(tried), compatibility: tried };
    } catch (error) {
      // A refusal of the checksums is not the reason any more once they are left out.
      if (reason === undefined || isAboutChecksums(factsOf(reason.error))) reason = { error };
      const less = plainer(tried, factsOf(error));
      // This failure has another cause, and nothing was refused before it: it is the reason.
      if (less.length === 0 && plainer(compatibility, factsOf(error)).length === 0) throw error;
      for (const next of less) if (!queue.some((known) => isSame(known, next))) queue.push(next);
    }
  }
  throw reason?.error;
}

/** What is known of one server. */
export class ServerCompatibility {
  readonly #onNote: (text: string) => void;
  /** What has worked: a later failure is not about compatibility. */
  readonly #worked = new Set<Action>();
  #known: Compatibility;

  /** Calls `onNote` once for each thing that the server does not know. */
  constructor(asked: S3Access['requestChecksumCalculation'], onNote: (text: string) => void) {
    this.#known = { checksums: asked === 'WHEN_SUPPORTED' ? 'always' : asked === undefined, conditional: true };
    this.#onNote = onNote;
  }

  get known(): Compatibility {
    return this.#known;
  }

  /** Runs `run` with what the server is known to know. A result of false, for a name that is taken, proves nothing. */
  async run<T>(action: Action, run: (compatibility: Compatibility) => Promise<T>): Promise<T> {
    const before = this.#known;
    if (this.#worked.has(action)) return run(before);
    const { result, compatibility } = await withCompatibility(before, run);
    if (result === false) return result;
    this.#worked.add(action);
    // A request in flight may have found out the same.
    if (compatibility !== before && this.#known === before) {
      this.#known = compatibility;
      this.#onNote(noteOf(before, compatibility));
    }
    return result;
  }
}

/** In words, for those who wonder why this server gets other requests. */
function noteOf(before: Compatibility, { checksums, conditional }: Compatibility): string {
  const parts = [
    before.checksums !== false && checksums === false
      ? 'the server does not accept the checksums of the AWS SDK, so this run sends none (requestChecksumCalculation WHEN_REQUIRED, --s3-checksums when_required)'
      : undefined,
    before.conditional && !conditional
      ? 'the server does not support If-None-Match, so each name is checked before it is written: two runs at a time must not share names'
      : undefined,
  ].filter((part) => part !== undefined);
  return parts.join('; ');
}

function isSame(one: Compatibility, other: Compatibility): boolean {
  return one.checksums === other.checksums && one.conditional === other.conditional;
}
