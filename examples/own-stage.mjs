/**
 * A stage of your own between ours: it looks up 500 rows at once, and rejects those that it doesn't find.
 * For one row at a time, map() is simpler.
 * node examples/own-stage.mjs people.ndjson
 */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { enforceLimits, isRecord, ndjson, Rejection, rejectWriter, trackWriter, validate } from 'customerio-streams';

/** Your database: one query for all of them. */
const plansOf = async (ids) => new Map(ids.filter((id) => id < 1000).map((id) => [id, id % 2 ? 'pro' : 'free']));

async function* withPlan(elements) {
  for await (const group of groups(elements, 500)) {
    const plans = await plansOf(group.filter(isRecord).map((row) => row.person_id));
    for (const row of group) {
      // What was rejected or skipped before, and checkpoints, pass in their place.
      if (!isRecord(row)) yield row;
      // The spread keeps where the row came from: its file and line.
      else if (plans.has(row.person_id)) yield { ...row, plan: plans.get(row.person_id) };
      else yield new Rejection({ reason: 'invalid', field: 'person_id', message: 'has no plan', stage: 'withPlan' }, row);
    }
  }
}

async function* groups(elements, size) {
  const group = [];
  for await (const element of elements) if (group.push(element) === size) yield group.splice(0);
  if (group.length > 0) yield group;
}

const [file] = process.argv.slice(2);
const writer = trackWriter({ rejects: rejectWriter({ to: 'rejected/' }) });
const stages = [ndjson({ source: file }), withPlan, validate({ object: 'person_identify' }), enforceLimits()];
await pipeline(createReadStream(file), ...stages, writer);
console.log(`${writer.summary}`);
