/** What a web address gives, as an input. Nothing of the address is shown or kept that may be secret. */
import { z } from 'zod';
import { clockOption, type Given, giveUpOption, readOptions } from '../../../options.ts';
import { type RetryPolicy, retrying, storedBytes } from '../../../storage/retrying.ts';
import { webAddress } from '../../../storage/web/address.ts';
import { WebClient } from '../../../storage/web/client.ts';
import { type WebFacts, WebStore } from '../../../storage/web/store.ts';
import { kindOfName, kindOfType } from './kind.ts';
import { FIND_MS, type Place, retryNote, type Search } from './place.ts';
import { remotePlace } from './remote-place.ts';

const WEB_SHAPE = { giveUpMs: giveUpOption, clock: clockOption };
const SETTINGS = z.strictObject(WEB_SHAPE);

/** What is at an address such as `https://host/people.csv`. Throws `CIO_OPTIONS`, `CIO_NETWORK`, `CIO_SOURCE`. */
export async function webPlace(text: string, options: Given<typeof WEB_SHAPE>, { note, signal }: Search): Promise<Place> {
  const policy = readOptions('findInputs', SETTINGS, options);
  const address = webAddress(text);
  const client = await WebClient.open();
  const storeFor = (version?: string): WebStore => new WebStore(client, address, version, note);
  const facts = await factsOf(storeFor(), { ...policy, giveUpMs: Math.min(policy.giveUpMs, FIND_MS), cutOff: signal });
  const { bytes: size, version, hasRanges, path, type = '' } = facts;
  const { label, identity } = address;
  return remotePlace(
    { label, source: identity, version, size, kind: kindOfName(path) ?? kindOfType(type) },
    (stop, from, to) =>
      storedBytes(
        storeFor(from > 0 || to !== undefined ? version : undefined),
        '',
        { ...policy, cutOff: stop, onRetry: retryNote(label, note) },
        { from, to, location: label },
      ),
    hasRanges && version !== undefined,
  );
}

function factsOf(store: WebStore, policy: RetryPolicy): Promise<WebFacts> {
  return retrying(store, 'read', { ...policy, stalledMs: FIND_MS }, ({ signal }) => store.facts(signal));
}
