/**
 * The command as it was run, for a report that others may read: it can be pasted, but for what may be a secret. Credentials and
 * options that may hold one are replaced, and of addresses what may open them: user, password and query.
 */
import { FLAG, longName } from '../../options.ts';
import { redactor } from '../../secrets.ts';
import { COMMAND_FLAGS } from '../flags/flags.ts';
import { ACCOUNT } from '../flags/groups.ts';
import { shellQuoted } from '../flags/shell-quote.ts';
import { isKafka } from '../input/kafka/address.ts';

const STARS = '***';
/** `https://`, `s3://` and the like, as far as a shell would take it for one word. */
const ADDRESS = /\b([a-z][a-z\d+.-]*:\/\/)([^\s/?#'"]*@)?([^\s?#'"]*)([?#][^\s'"]*)?/gi;

/** All that an address of Kafka may say behind its topics. */
const GROUP = /^\?group=[^&#]*$/;

/** Words without what may be a secret: in every command and text of a report. */
export type Redacted = (text: string) => string;

/** Redacts the credentials of this run, and of addresses who opens them and what does. */
export function reportRedactor(secrets: readonly (string | undefined)[]): Redacted {
  const redacted = redactor(secrets.map((secret) => secret?.trim()));
  const queryOf = (scheme: string, query: string): string => (isKafka(scheme) && GROUP.test(query) ? query : `?${STARS}`);
  const address = (_: string, scheme: string, user: string | undefined, place: string, query: string | undefined): string =>
    `${scheme}${user === undefined ? '' : `${STARS}@`}${place}${query === undefined ? '' : queryOf(scheme, query)}`;
  return (text) => redacted(text.replace(ADDRESS, address));
}

/** The command of `argv`, which begins with the paths of Node and of this program. */
export function commandLine([, , ...args]: readonly string[], redacted: Redacted): string {
  const { valued, secret } = namesOf(args.find((arg) => !arg.startsWith('-')) ?? '');
  const words: string[] = [];
  let value: 'plain' | 'secret' | undefined;
  for (const [index, arg] of args.entries()) {
    const [name = '', ...rest] = arg.split('=');
    if (value === 'secret') words.push(STARS);
    else if (value === undefined && secret.has(name) && rest.length > 0) words.push(`${name}=${STARS}`);
    else words.push(redacted(arg));
    // Behind `--` there are only files.
    const isOption = value === undefined && !args.slice(0, index).includes('--');
    value = isOption && valued.has(arg) ? (secret.has(arg) ? 'secret' : 'plain') : undefined;
  }
  return ['cio-stream', ...words.map(shellQuoted)].join(' ');
}

/** The options of a command that take a value, and those whose value is not to be shown. */
function namesOf(command: string): { readonly valued: Set<string>; readonly secret: Set<string> } {
  const groups = Object.hasOwn(COMMAND_FLAGS, command) ? COMMAND_FLAGS[command as keyof typeof COMMAND_FLAGS] : [];
  const specs = groups.flatMap(([, fields]) => Object.values(fields).flatMap((field) => FLAG.get(field) ?? []));
  const valued = specs.filter(({ flag }) => flag.includes('<'));
  const keys = [ACCOUNT.siteId, ACCOUNT.apiKey].flatMap((field) => FLAG.get(field) ?? []);
  const secret = [...valued.filter((spec) => spec.secret), ...keys];
  return { valued: new Set(valued.map(longName)), secret: new Set(secret.map(longName)) };
}
