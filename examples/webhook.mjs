/**
 * A server that takes people and events as JSON. It answers 200 when a row is delivered, 422 with the cause when it is
 * rejected, and 503 while too many rows wait. It ends cleanly on SIGTERM.
 * PORT=8080 node examples/webhook.mjs
 */
import { createServer } from 'node:http';
import { PassThrough, Writable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Checkpoint, enforceLimits, trackWriter, validate } from 'customerio-streams';

const answers = new Map(); // of the rows that wait
const inputs = {
  '/people': load('person_identify', { email: 'person_email' }),
  '/events': load('person_event', { email: 'person_email', event: 'event_name' }),
};

function load(object, columns) {
  const input = new PassThrough({ objectMode: true });
  const write = ({ record, cause }, _encoding, done) => done(void answers.get(record).writeHead(422).end(JSON.stringify(cause)));
  const onCheckpoint = (row) => {
    answers.get(row).end();
    answers.delete(row);
  };
  const writer = trackWriter({ rejects: new Writable({ objectMode: true, write }), onCheckpoint, lingerMs: 50, requestsPerSecond: 50 });
  pipeline(input, validate({ object, columns }), enforceLimits(), writer).then(() => console.log(`${object}: ${writer.summary}`));
  return input;
}

const server = createServer(async (request, response) => {
  const input = request.method === 'POST' && inputs[request.url];
  const row = input && (await json(request).catch(() => null));
  if (typeof row !== 'object' || row === null) return response.writeHead(input ? 400 : 404).end();
  if (answers.size >= 200) return response.writeHead(503, { 'Retry-After': 1 }).end();
  answers.set(row, response);
  input.write(row);
  input.write(new Checkpoint(row)); // comes back in onCheckpoint when the row is delivered or rejected
}).listen(process.env.PORT, () => console.log(`listening on port ${server.address().port}`));
process.once('SIGTERM', () => server.close(() => Object.values(inputs).map((input) => input.end())));
