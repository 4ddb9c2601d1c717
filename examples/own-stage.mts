/**
 * A pipeline in TypeScript: rows of a type of your own, a typed stage, and the retries that it reports.
 * Node 22.18 and later run it as it is: node examples/own-stage.mts
 */
import { subscribe } from 'node:diagnostics_channel';
import { pipeline } from 'node:stream/promises';
import type { Columns, Element, RetryMessage } from 'customerio-streams';
import { enforceLimits, isRecord, Rejection, rejectWriter, trackWriter, validate } from 'customerio-streams';

interface User {
  id: number;
  email: string | null;
  signedUp: Date;
}

const columns = { id: 'person_id', email: 'person_email', signedUp: { attribute: 'created_at', type: 'time' } } satisfies Columns;

async function* users(): AsyncGenerator<User> {
  yield { id: 1, email: 'ada@example.com', signedUp: new Date('2026-01-02') };
  yield { id: 2, email: null, signedUp: new Date('2026-01-03') };
  yield { id: 3, email: 'grace@test.invalid', signedUp: new Date('2026-01-04') };
}

async function* real(elements: AsyncIterable<Element<User>>) {
  for await (const element of elements) {
    if (!isRecord(element)) yield element;
    else if (!element.email?.endsWith('.invalid')) yield { ...element, source: 'crm' };
    else yield new Rejection({ reason: 'invalid', field: 'email', message: 'is a test account', stage: 'real' }, element);
  }
}

subscribe('customerio-streams:retry', (message) => {
  const { why, delayMs } = message as RetryMessage;
  console.error(why, delayMs);
});

const writer = trackWriter({ rejects: rejectWriter({ to: 'rejected/' }) });
await pipeline(users, real, validate({ object: 'person_identify', columns }), enforceLimits(), writer);
console.log(`${writer.summary}`);
