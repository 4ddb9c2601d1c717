/** The options of whatever makes rows of messages, and how a command line gives them. */
import { z } from 'zod';
import { count, FLAG } from '../../options.ts';

/** What kafka() and fromKafka() take for the messages themselves. */
export const MESSAGE_SHAPE = {
  /**
   * What to do with a message without a value (a tombstone): `skip` (default) counts it as skipped, `delete` deletes the person
   * whose key it carries.
   */
  tombstones: z.enum(['skip', 'delete']).default('skip').register(FLAG, {
    flag: '--tombstones <what>',
    doc: 'kafka://: what to do with messages without a value: skip them, or delete the person whose key they carry',
  }),
  /** Which identifier the key of a tombstone is: `id` (default), `email`, `cio_id` or `phone` of the person. */
  tombstoneId: z
    .enum(['id', 'email', 'cio_id', 'phone'])
    .default('id')
    .register(FLAG, { flag: '--tombstone-id <name>', doc: 'kafka://: what the keys of such messages are' }),
  /** Values over this many bytes are rejected as `too_large`. Default 1,048,576 (1 MiB). */
  maxRecordBytes: count(1).default(1_048_576),
};

/** The options of messages, with their defaults. */
export type MessageSettings = z.output<z.ZodObject<typeof MESSAGE_SHAPE>>;

/** What the key of a tombstone is. */
export type TombstoneId = MessageSettings['tombstoneId'];
