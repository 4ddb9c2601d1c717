/** What a failure of a web server means, and whether it may pass by itself. */
import { hostAndPort } from '../../address.ts';
import { CONNECTION_RULES, explainedBy, type FailureRule, factsOf, isBusy, type StoreFailure } from '../errors.ts';
import type { StorageError } from '../object-store.ts';
import type { WebAddress } from './address.ts';
import { WebRefusal } from './client.ts';

const RULES: readonly FailureRule<StoreFailure>[] = [
  [/^Proxy response/, ({ message }) => `the proxy refused: ${message}`],
  ['HTTPParserError', 'the answer is not HTTP'],
  [401, 'it asks for a user and a password: https://user:password@host/...'],
  [403, 'access is refused; if the address is signed, it may have expired'],
  [404, 'it does not exist there'],
  [410, 'it is gone for good'],
  [202, 'it is not ready yet'],
  [(failure) => failure.status === 408 || isBusy(failure), ({ message }) => message, 'always'],
  // In our own words.
  ['WebRefusal', ({ message }) => message],
  ...CONNECTION_RULES,
];

/** Understands an error of undici, or a {@link WebRefusal}. */
export function webError(error: unknown, { url, authorization }: WebAddress, worked: boolean): StorageError {
  const secrets = [authorization, authorization?.split(' ')[1], url.search.slice(1)];
  const failure = { ...factsOf(error, secrets), action: 'read', worked, asked: hostAndPort(url) } as const;
  const askedMs = error instanceof WebRefusal ? error.askedMs : undefined;
  return { ...explainedBy(RULES, failure, String(failure.status ?? '')), askedMs };
}
