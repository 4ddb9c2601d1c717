/** The options that only the command line has. Those of the library are declared with it, each beside its schema. */
import { z } from 'zod';
import { DEDUPE_SHAPE } from '../../dedupe/options.ts';
import { count, FLAG, type FlagSpec } from '../../options.ts';
import { REASONS } from '../../record/rejection.ts';
import { redisOption, redisUrls } from '../../redis/address.ts';
import { KAFKA_SHAPE } from '../../source/kafka/options.ts';
import { oneOf } from './read-value.ts';
import { amountText } from './units.ts';

const flag = (spec: FlagSpec) => z.string().optional().register(FLAG, spec);
const flagWith = <const T extends string>(values: readonly T[], spec: FlagSpec) => z.enum(values).optional().register(FLAG, spec);
const flagSwitch = (spec: FlagSpec) => z.boolean().default(false).register(FLAG, spec);
const REASON_NAMES = Object.keys(REASONS);

/** How often progress is saved: a kill costs no more than what comes between two times. */
export const SAVE_EVERY = { records: 100_000, ms: 5_000 };

const column = (name: string, what: string) => flag({ flag: `--${name} <column>`, doc: `the column that holds ${what}` });

/** The columns that hold record fields. */
export const PERSON_COLUMNS = {
  id: column('id', 'the id'),
  email: column('email', 'the email'),
  cioId: column('cio-id', 'the cio_id'),
  phone: column('phone', 'the phone number'),
  time: column('time', 'the time: of events when they happened, of people it orders the updates'),
};

/** Those that only events have. */
export const EVENT_COLUMNS = { name: column('name', 'the names of events'), eventId: column('event-id', 'the ids of events') };

/** What becomes of columns that are not named. */
export const OTHER_COLUMNS = {
  snakeCase: flagSwitch({
    flag: '--snake-case',
    doc: 'turn columns that are not named into attributes in snake case: First Name becomes first_name',
  }),
  dropOthers: flagSwitch({ flag: '--drop-others', doc: 'leave out columns that are not named' }),
};

const REJECTS = '--rejects <place>';

/** The options by the names that they have in `flags`; `checkedRejects` is the `rejects` of `check`. */
export const CLI_OPTIONS = {
  config: flag({
    flag: '--config <file>',
    doc: 'take options from a JSON file: {"email": "E-Mail Address", "snake-case": true}; flags and the environment win over it',
  }),
  as: flagWith(['people', 'events', 'operations'], {
    flag: '--as <kind>',
    doc: 'what the records are; they are mapped by the flags given here, and no kept mapping is read',
    standard: 'as the run that rejected them',
  }),
  transform: flag({
    flag: '--transform <file>',
    doc: 'a JavaScript module whose default export gets each row before it is mapped, and returns a row, several, or nothing to leave it out',
  }),
  limit: z.array(z.string()).default([]).register(FLAG, {
    flag: '--limit <kind.name=n>',
    doc: 'override one limit of the list, for example person.attributes=500',
    standard: 'those of the list',
    repeat: true,
  }),
  format: flagWith(['ndjson', 'json', 'csv', 'parquet'], {
    flag: '--format <format>',
    doc: 'format of the input',
    standard: 'by the name, before .gz or .zst, or the content type; else ndjson',
  }),
  kafkaCa: flag({
    flag: '--kafka-ca <file>',
    doc: 'kafka://: connect by TLS, and trust the certificates of this file (PEM)',
    standard: 'those that Node trusts',
  }),
  kafkaCert: flag({ flag: '--kafka-cert <file>', doc: 'kafka://: the certificate of this client (PEM); with --kafka-key' }),
  kafkaKey: flag({ flag: '--kafka-key <file>', doc: 'kafka://: the private key of that certificate (PEM)' }),
  rejects: flag({
    flag: REJECTS,
    doc: 'a folder, s3://bucket/prefix or gs://bucket/prefix for rejected records',
    standard: 'standard output, as NDJSON; on a terminal a folder that is named',
  }),
  checkedRedis: redisUrls.optional().register(FLAG, {
    ...(FLAG.get(redisOption) as FlagSpec),
    doc: 'also check the Redis by which runs share the rate, and how many do now',
  }),
  checkedRejects: flag({ flag: REJECTS, doc: 'also check that rejected records can be kept there: a folder, s3:// or gs://' }),
  check: z.boolean().default(true).register(FLAG, {
    flag: '--no-check',
    doc: "don't check the credentials and the place for rejected records before reading",
  }),
  resume: flag({
    flag: '--resume <file>',
    doc: 'save progress in this file and resume from it: run the same command again after a kill',
  }),
  checkpointEvery: count(1)
    .optional()
    .register(FLAG, {
      flag: '--checkpoint-every <n>',
      doc: 'save progress, or commit to Kafka, every n records',
      standard: `${SAVE_EVERY.records.toLocaleString('en-US')}; kafka://: ${KAFKA_SHAPE.checkpointEveryRecords.parse(undefined).toLocaleString('en-US')}`,
    }),
  checkpointEveryMs: count(1)
    .optional()
    .register(FLAG, {
      flag: '--checkpoint-every-ms <time>',
      doc: '... and after this long',
      standard: `${amountText(SAVE_EVERY.ms, 'ms')}; kafka://: ${amountText(KAFKA_SHAPE.checkpointEveryMs.parse(undefined), 'ms')}; --state-dir: ${amountText(DEDUPE_SHAPE.commitEveryMs.parse(undefined), 'ms')}`,
    }),
  dedupe: flagSwitch({
    flag: '--dedupe',
    doc: 'skip events that were delivered before, and people whose attributes have not changed since',
  }),
  show: count(1).optional().register(FLAG, {
    flag: '--show <n>',
    doc: '--dry-run: print the first n operations on standard output, as they would be sent; with --rejects',
    standard: 'none',
  }),
  report: flag({
    flag: '--report <file>',
    doc: 'write a report of the run there, also when it fails: a page with charts if the name ends in .html, else JSON',
  }),
  logFormat: z
    .enum(['text', 'json'])
    .default('text')
    .register(FLAG, { flag: '--log-format <format>', doc: 'what to print on standard error' }),
  color: z
    .enum(['auto', 'always', 'never'])
    .default('auto')
    .register(FLAG, { flag: '--color <when>', doc: 'use colours; auto: on a terminal, unless NO_COLOR is set' }),
  progress: z
    .boolean()
    .default(true)
    .register(FLAG, { flag: '--no-progress', doc: 'print no progress; notes and the summary are printed' }),
  quiet: flagSwitch({ flag: '-q, --quiet', doc: 'print nothing but errors' }),
  reason: z
    .array(z.enum(REASON_NAMES, { error: ({ input }) => oneOf(REASON_NAMES, String(input)) }))
    .default([])
    .register(FLAG, {
      flag: '--reason <reasons>',
      doc: `only records rejected for these, separated by commas: ${REASON_NAMES.join(', ')}`,
      standard: 'all',
      read: (text) => text.split(',').map((name) => name.trim().toLowerCase()),
      repeat: true,
    }),
  field: z.array(z.string()).default([]).register(FLAG, {
    flag: '--field <field>',
    doc: 'only records rejected for this field',
    standard: 'all',
    repeat: true,
  }),
  done: flagWith(['delete', 'move'], {
    flag: '--done <what>',
    doc: 'what to do with a file once all its records are delivered, or rejected again and kept; a file with records that --reason or --field leave out stays',
    standard: 'all stay',
  }),
  doneTo: flag({
    flag: '--done-to <place>',
    doc: '--done move: a folder, s3:// or gs://; it may be inside the place that is replayed',
  }),
  rows: flagSwitch({ flag: '--rows', doc: 'list the records, one a line: where it came from, reason, field, its value, message' }),
  listFormat: flagWith(['text', 'json', 'ndjson', 'csv'], {
    flag: '--format <format>',
    doc: 'text or json: the counts; ndjson: the records as they are kept; csv: a sheet to repair them in, for replay',
    standard: 'text',
  }),
  out: flag({ flag: '--out <file>', doc: 'write to this new file', standard: 'standard output' }),
  first: count(1).optional().register(FLAG, { flag: '--first <n>', doc: 'only the first n of them', standard: 'all' }),
  previewRows: count(1).default(10_000).register(FLAG, { flag: '--rows <n>', doc: 'how many rows to look at' }),
  kind: flagWith(['people', 'events'], { flag: '--kind <kind>', doc: 'what the rows are', standard: 'by the columns' }),
  write: flag({ flag: '--write <file>', doc: 'write the flags of the command to this file, for --config' }),
  json: flagSwitch({ flag: '--json', doc: 'print one JSON object' }),
  latencyMs: count(0).optional().register(FLAG, { flag: '--latency-ms <time>', doc: 'delay every answer by this much' }),
  faults: flag({
    flag: '--faults <file|json>',
    doc: 'which requests fail, and how: a list of rules as JSON, or a file that holds it, such as \'[{"status":503,"after":2,"times":3}]\'',
  }),
  keepEvents: count(0)
    .default(10_000)
    .register(FLAG, { flag: '--keep-events <n>', doc: 'how many of the newest events to show; all are counted' }),
};
