/**
 * Loads events from a gzipped object in S3, and keeps rejected rows in the same bucket.
 * npm install @aws-sdk/client-s3 @aws-sdk/lib-storage; node examples/s3.mjs my-bucket exports/events.ndjson.gz
 */
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { decompress, enforceLimits, ndjson, rejectWriter, trackWriter, validate } from 'customerio-streams';

const [Bucket, Key] = process.argv.slice(2);
const { Body, ETag } = await new S3Client().send(new GetObjectCommand({ Bucket, Key }));
const writer = trackWriter({ rejects: rejectWriter({ to: `s3://${Bucket}/rejected` }) });

await pipeline(
  Body,
  decompress(), // what is not compressed passes as it is
  // Events without an id get one from this name, the version and the line: loaded again, they don't count twice.
  ndjson({ source: `s3://${Bucket}/${Key}`, version: ETag }),
  validate({ object: 'person_event', columns: { user_email: 'person_email', event: 'event_name', sent_at: 'timestamp' } }),
  enforceLimits(),
  writer,
);
console.log(`${writer.summary}`);
