/**
 * Loads people from PostgreSQL. A cursor reads rows only as fast as they are sent, so memory stays small.
 * npm install pg pg-query-stream; DATABASE_URL=postgres://... node examples/postgres.mjs
 */
import { pipeline } from 'node:stream/promises';
import { enforceLimits, rejectWriter, trackWriter, validate } from 'customerio-streams';
import pg from 'pg';
import QueryStream from 'pg-query-stream';

const database = new pg.Client(process.env.DATABASE_URL);
await database.connect();
const writer = trackWriter({ rejects: rejectWriter({ to: 'rejected/' }) });

try {
  await pipeline(
    database.query(new QueryStream('select id, email, plan, signed_up from users')),
    validate({
      object: 'person_identify',
      columns: {
        id: 'person_id',
        email: 'person_email',
        signed_up: { attribute: 'created_at', type: 'time' },
      },
    }),
    enforceLimits(),
    writer,
  );
} finally {
  await database.end();
}
console.log(`${writer.summary}`);
