/**
 * Reads people from a Kafka topic until it is stopped. Start it several times: the processes share the partitions, and
 * with CUSTOMERIO_REDIS_URL they share one rate, too. Needs Node 22.22 or 24.6.
 * npm install @platformatic/kafka ioredis; node examples/kafka.mjs localhost:9092 people my-group
 */
import { pipeline } from 'node:stream/promises';
import { enforceLimits, kafka, rejectWriter, trackWriter, validate } from 'customerio-streams';

const [brokers, topics, groupId] = process.argv.slice(2);
const source = kafka({ brokers, topics, groupId }); // commits what is delivered or kept as rejected
const writer = trackWriter({
  redis: process.env.CUSTOMERIO_REDIS_URL, // undefined: this process has the whole rate
  rejects: rejectWriter({ to: 'rejected/' }),
});

source.on('warning', (text) => console.warn(text));
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => source.stop());

await pipeline(source, validate({ object: 'person_identify' }), enforceLimits(), writer);
console.log(`${writer.summary}`);
