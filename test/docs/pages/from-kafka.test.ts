/**
 * What each block of docs/from-kafka.md promises. The clients are stand-ins here, which hand out three messages, remember what is
 * committed, and stop the program; test/integration/kafka/from-kafka.test.ts has a real client and a broker.
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { type Promised, testPage } from '../page.ts';
import type { Place } from '../place.ts';

const MESSAGES = `[0, 1, 2].map((n) => ({ offset: String(n), key: null, value: Buffer.from(n === 1 ? 'no JSON' : \`{"person_id":"p\${n}"}\`) }))`;
const STOP = `const timer = setInterval(() => {
  if (process.listenerCount('SIGTERM') === 0) return;
  clearInterval(timer);
  process.kill(process.pid, 'SIGTERM');
}, 20);`;

const KAFKAJS = `export class Kafka {
  consumer({ groupId }) {
    return {
      connect: async () => {},
      subscribe: async () => {},
      pause: () => {},
      disconnect: async () => console.log('left', groupId),
      commitOffsets: async (offsets) => console.log(JSON.stringify(offsets)),
      async run({ autoCommit, eachBatch }) {
        if (autoCommit !== false) throw new Error('autoCommit');
        await eachBatch({ batch: { topic: 'people', partition: 0, messages: ${MESSAGES} }, heartbeat: async () => {} });
        ${STOP}
      },
    };
  }
}`;

const PLATFORMATIC = `import { Readable } from 'node:stream';
export class Consumer {
  constructor({ groupId }) { this.groupId = groupId; }
  async consume({ autocommit, mode, fallbackMode }) {
    if (autocommit !== false || mode !== 'committed' || fallbackMode !== 'earliest') throw new Error('the defaults');
    const stream = new Readable({ objectMode: true, read() {} });
    for (const message of ${MESSAGES}) stream.push({ topic: 'people', partition: 0, ...message, offset: BigInt(message.offset) });
    stream.close = () => stream.push(null);
    ${STOP}
    return stream;
  }
  async commit({ offsets }) { console.log(JSON.stringify(offsets.map(({ leaderEpoch, offset, ...rest }) => ({ ...rest, offset: String(offset) })))); }
  async close() { console.log('left', this.groupId); }
}`;

function standIn(place: Place, name: string, code: string): void {
  const folder = `node_modules/${name}`;
  mkdirSync(`${place.folder}/${folder}`, { recursive: true });
  place.write(`${folder}/package.json`, '{"type":"module","exports":"./index.js"}');
  place.write(`${folder}/index.js`, code);
}

function consumer(holds: RegExp, name: string, client: string): Promised {
  return {
    language: 'js',
    holds,
    async check(place, code) {
      standIn(place, name, client);
      const { stdout } = await place.js(code);
      assert.equal(stdout, '[{"topic":"people","partition":0,"offset":"3"}]\nleft crm\n');
      assert.deepEqual(
        place.sandbox
          .state()
          .people.map(({ id }) => id)
          .sort(),
        ['p0', 'p2'],
      );
      assert.deepEqual(place.reasons(), ['malformed']);
    },
  };
}

testPage('docs/from-kafka.md', [
  consumer(/from 'kafkajs'/, 'kafkajs', KAFKAJS),
  consumer(/from '@platformatic\/kafka'/, '@platformatic/kafka', PLATFORMATIC),
]);
