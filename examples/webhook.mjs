/**
 * A server that takes people and events as JSON. It answers when a row is delivered, or kept in rejected/, and ends cleanly on SIGTERM.
 * PORT=8080 node examples/webhook.mjs
 * curl localhost:8080/events -d '{"email":"ada@example.com","event":"signed up","event_id":"a1","plan":"pro"}'
 */
import { createServer } from 'node:http';
import { PassThrough } from 'node:stream';
import { json } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Checkpoint, enforceLimits, rejectWriter, trackWriter, validate } from 'customerio-streams';

const person = (email, action, rest) => ({ type: 'person', action, identifiers: { email }, ...rest });
const operations = {
  '/people': ({ email, ...attributes }) => person(email, 'identify', { attributes }),
  '/events': ({ email, event, event_id, ...attributes }) => person(email, 'event', { name: event, id: event_id, attributes }),
};

const rows = new PassThrough({ objectMode: true });
const server = createServer(async (request, response) => {
  const operation = request.method === 'POST' && operations[request.url];
  if (!operation) return response.writeHead(404).end();
  const body = await json(request).catch(() => null);
  if (typeof body !== 'object' || body === null) return response.writeHead(400).end();
  rows.write(operation(body));
  rows.write(new Checkpoint(response)); // comes back in onCheckpoint when everything before it is done
});
server.listen(process.env.PORT, () => console.log(`listening on port ${server.address().port}`));
process.once('SIGTERM', () => server.close(() => rows.end()));

const writer = trackWriter({
  lingerMs: 50, // a request waits this long for others to share a batch
  rejects: rejectWriter({ to: 'rejected/' }),
  onCheckpoint: (response) => void response.end(),
});
await pipeline(rows, validate({ object: 'entry' }), enforceLimits(), writer);
console.log(`${writer.summary}`);
