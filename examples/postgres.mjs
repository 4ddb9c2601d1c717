/**
 * Loads people from PostgreSQL, and the next time only those with a higher id. Rows are read only as fast as they are sent.
 * npm install pg pg-query-stream; DATABASE_URL=postgres://... node examples/postgres.mjs
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Checkpoint, enforceLimits, rejectWriter, trackWriter, validate } from 'customerio-streams';
import pg from 'pg';
import QueryStream from 'pg-query-stream';

const database = new pg.Client(process.env.DATABASE_URL);
await database.connect();
let lastId = existsSync('last-id') ? readFileSync('last-id', 'utf8') : 0;

async function* users() {
  const query = 'select id, email, plan, signed_up from users where id > $1 order by id';
  let count = 0;
  for await (const row of database.query(new QueryStream(query, [lastId]))) {
    yield row; // null removes an attribute: leave the column out of the query if it should stay
    lastId = row.id;
    if (++count % 1000 === 0) yield new Checkpoint(lastId);
  }
  yield new Checkpoint(lastId);
}

const columns = { id: 'person_id', email: 'person_email', signed_up: { attribute: 'created_at', type: 'time' } };
const writer = trackWriter({
  rejects: rejectWriter({
    to: 'rejected/',
    mapping: { command: 'people', config: { id: 'id', email: 'email', column: ['signed_up=created_at:time'] } },
  }),
  // Called when all rows up to this id are delivered, or stored as rejected.
  onCheckpoint(id) {
    writeFileSync('last-id.new', String(id));
    renameSync('last-id.new', 'last-id'); // never half a file
  },
});
await pipeline(users, validate({ object: 'person_identify', columns }), enforceLimits(), writer).finally(() => database.end());
console.log(`${writer.summary}`);
