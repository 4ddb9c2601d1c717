/**
 * What a server of the S3 protocol need not know: the SDK's checksums, and `If-None-Match`. Each server refuses them in
 * its own words, some as if the keys were wrong. So a refusal that may mean them is tried without them: what then works
 * has told the reason, and a wrong key stays a wrong key.
 */
import { type ErrorFacts, factsOf } from '../errors.ts';
import type { Action } from '../object-store.ts';
import type { S3Access } from '../options.ts';

/** What goes with a request. */
export interface Compatibility {
  /** Checksums of the SDK's own choice; `always` where the user insists. Without them the signature still covers what is uploaded. */
  readonly checksums: boolean | 'always';
  /** `If-None-Match`. Without it a name is looked up before it is written. */
  readonly conditional: boolean;
}

/** Refusals of a request as it stands, which say nothing of the keys, the bucket or the object. */
const UNKNOWN = new Set(['NotImplemented', 'InvalidArgument', 'InvalidRequest', 'InvalidHeader', 'BadRequest', 'UnsupportedArgument']);
/** How servers answer that take the bytes, or the headers, for others than were signed. */
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

/** What to try after a request with `manners` failed; nothing where the failure has another cause. */
export function plainer(manners: Compatibility, facts: ErrorFacts): Compatibility[] {
  const { name, status, message } = facts;
  const isOtherwise = OTHERWISE.has(name) || status === 411;
  // An answer to HEAD has no body, and no code.
  const isUnknown =
    UNKNOWN.has(name) || status === 501 || status === 405 || (status === 400 && /^(\d+|Unknown.*|BadRequest|Error|)$/.test(name));
  const named = isAboutChecksums(facts) ? 'checksums' : CONDITION.test(message) && isUnknown ? 'conditional' : undefined;
  if (named === undefined && !isOtherwise && !isUnknown) return [];
  const less: Compatibility[] = [];
  if (manners.checksums === true && named !== 'conditional') less.push({ ...manners, checksums: false });
  if (manners.conditional && named !== 'checksums' && !isOtherwise) less.push({ ...manners, conditional: false });
  if (less.length > 1) less.push({ checksums: false, conditional: false });
  return less;
}

/** Runs `run` with `manners`, then with plainer ones while a refusal may mean those; gives back what worked. */
export async function withCompatibility<T>(
  manners: Compatibility,
  run: (manners: Compatibility) => Promise<T>,
): Promise<{ readonly result: T; readonly manners: Compatibility }> {
  const queue = [manners];
  let reason: { readonly error: unknown } | undefined;
  for (const tried of queue) {
    try {
      return { result: await run(tried), manners: tried };
    } catch (error) {
      // Without the checksums their refusal is no longer the reason.
      if (reason === undefined || isAboutChecksums(factsOf(reason.error))) reason = { error };
      const less = plainer(tried, factsOf(error));
      // What has another cause is the real one: nothing of it was refused any more.
      if (less.length === 0 && plainer(manners, factsOf(error)).length === 0) throw error;
      for (const next of less) if (!queue.some((known) => isSame(known, next))) queue.push(next);
    }
  }
  throw reason?.error;
}

/** What has turned out of one server. */
export class ServerCompatibility {
  readonly #onNote: (text: string) => void;
  /** What has worked, and is not to blame for what fails later. */
  readonly #settled = new Set<Action>();
  #known: Compatibility;

  /** `onNote` hears once of what the server does not know. */
  constructor(asked: S3Access['requestChecksumCalculation'], onNote: (text: string) => void) {
    this.#known = { checksums: asked === 'WHEN_SUPPORTED' ? 'always' : asked === undefined, conditional: true };
    this.#onNote = onNote;
  }

  get known(): Compatibility {
    return this.#known;
  }

  /** Runs `run` with what the server knows, as far as that has turned out; false of a name that is taken says nothing. */
  async run<T>(deed: Action, run: (manners: Compatibility) => Promise<T>): Promise<T> {
    const before = this.#known;
    if (this.#settled.has(deed)) return run(before);
    const { result, manners } = await withCompatibility(before, run);
    if (result === false) return result;
    this.#settled.add(deed);
    // Others may have found out at the same time.
    if (manners !== before && this.#known === before) {
      this.#known = manners;
      this.#onNote(noteOf(before, manners));
    }
    return result;
  }
}

/** In words, for whoever wonders why a server gets other requests than another. */
function noteOf(before: Compatibility, { checksums, conditional }: Compatibility): string {
  const parts = [
    before.checksums !== false && checksums === false
      ? 'the server refuses the checksums of the AWS SDK, so this run does without them (requestChecksumCalculation WHEN_REQUIRED, --s3-checksums when_required)'
      : undefined,
    before.conditional && !conditional
      ? 'the server does not know If-None-Match, so each name is looked up before it is written: two runs at a time must not share names'
      : undefined,
  ].filter((part) => part !== undefined);
  return parts.join('; ');
}

function isSame(one: Compatibility, other: Compatibility): boolean {
  return one.checksums === other.checksums && one.conditional === other.conditional;
}
