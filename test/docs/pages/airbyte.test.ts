/** What each block of docs/airbyte.md promises, and how that is seen. */
import assert from 'node:assert/strict';
import { type Promised, testPage } from '../page.ts';

const AIRBYTE: Promised = {
  language: 'sh',
  holds: /^destination-customer-io write/m,
  async check(place, code) {
    const { stdout } = await place.sh(code);
    const messages = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(messages.find(({ type }) => type === 'CONNECTION_STATUS')?.connectionStatus.status, 'SUCCEEDED');
    const state = messages.find(({ type }) => type === 'STATE')?.state;
    assert.deepEqual([state.stream.stream_state, state.destinationStats], [{ cursor: 1 }, { recordCount: 1, rejectedRecordCount: 1 }]);
    assert.equal(place.sandbox.state().people[0]?.email, 'ada@example.com');
  },
};

testPage('docs/airbyte.md', [AIRBYTE]);
