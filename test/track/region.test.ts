import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BATCH_PATH, REGION_PATH, REGION_URLS, redirectTarget } from '../../lib/track/region.ts';

const US = new URL(`${REGION_URLS.us}${BATCH_PATH}`);
const LOCAL = new URL('http://localhost:8080/api/v2/batch');

const cases: [why: string, from: URL, location: string | undefined, target: string | undefined][] = [
  ['the other region', US, `${REGION_URLS.eu}${BATCH_PATH}`, `https://track-eu.customer.io${BATCH_PATH}`],
  ['another path of the same host', US, '/api/v3/batch', 'https://track.customer.io/api/v3/batch'],
  ['a path beside it', US, 'batch2?x=1', 'https://track.customer.io/api/v2/batch2?x=1'],
  ['without the scheme', US, '//track-eu.customer.io/x', 'https://track-eu.customer.io/x'],
  ['in capitals', US, 'HTTPS://TRACK-EU.CUSTOMER.IO/x', 'https://track-eu.customer.io/x'],
  ['another port of Customer.io', US, 'https://track.customer.io:8443/x', 'https://track.customer.io:8443/x'],
  ['the sandbox itself', LOCAL, '/elsewhere', 'http://localhost:8080/elsewhere'],
  ['somebody else', US, 'https://example.com/', undefined],
  ['a host that ends alike', US, 'https://evilcustomer.io/', undefined],
  ['a host that begins alike', US, 'https://track.customer.io.example.com/', undefined],
  ['a host in the credentials', US, 'https://track.customer.io@example.com/', undefined],
  ['without TLS', US, 'http://track-eu.customer.io/x', undefined],
  ['the same host without TLS', US, 'http://track.customer.io/x', undefined],
  ['another port of the sandbox', LOCAL, 'http://localhost:8081/', undefined],
  ['from elsewhere to Customer.io', LOCAL, `${REGION_URLS.eu}${BATCH_PATH}`, undefined],
  ['another scheme', US, 'file:///etc/passwd', undefined],
  ['no URL', US, 'https://', undefined],
  ['nothing', US, undefined, undefined],
];

for (const [why, from, location, target] of cases) {
  test(`a redirect to ${why} is ${target === undefined ? 'not ' : ''}followed`, () => {
    assert.equal(redirectTarget(from, location)?.href, target);
  });
}

test('the hosts and paths of the public document', () => {
  assert.deepEqual({ ...REGION_URLS }, { us: 'https://track.customer.io', eu: 'https://track-eu.customer.io' });
  assert.deepEqual([BATCH_PATH, REGION_PATH], ['/api/v2/batch', '/api/v1/accounts/region']);
});
