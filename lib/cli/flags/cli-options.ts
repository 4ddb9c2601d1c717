/** The options that only the command line has. Those of the library are declared with it, each beside its schema. */
import { z } from 'zod';
import { DEDUPE_SHAPE } from '../../dedupe/options.ts';
import { count, FLAG, type FlagSpec } from '../../options.ts';
import { REASONS } from '../../record/rejection.ts';
import { redisOption, redisUrls } from '../../redis/address.ts';
import { STRETCH } from '../../source/checkpointer.ts';
import { KAFKA_SHAPE } from '../../source/kafka/options.ts';
import { oneOf } from './read-value.ts';
import { amountText } from './units.ts';

const flag = (spec: FlagSpec) => z.string().optional().register(FLAG, spec);
const flagWith = <const T extends string>(values: readonly T[], spec: FlagSpec) => z.enum(values).optional().register(FLAG, spec);
const flagSwitch = (spec: FlagSpec) => z.boolean().default(false).register(FLAG, spec);
const REASON_NAMES = Object.keys(REASONS);

/** How often progress of files is saved at least, besides after so many rows. */
export const SAVE_EVERY_MS = 5_000;

const inWords = (count: number): string => count.toLocaleString('en-US');

const column = (name: string, what: string) => flag({ flag: `--${name} <column>`, doc: `column with ${what}` });

/** The columns that hold record fields. */
export const PERSON_COLUMNS = {
  id: column('id', 'the id of the person'),
  email: column('email', 'the email of the person'),
  cioId: column('cio-id', 'the cio_id of the person'),
  phone: column('phone', 'the phone number of the person'),
  time: column('time', 'the time: when an event happened; for people it orders their updates'),
};

/** Those that only events have. */
export const EVENT_COLUMNS = {
  name: column('name', 'the name of the event'),
  eventId: column('event-id', 'the id of the event, so that sending it twice counts once'),
};

/** What becomes of columns that are not named. */
export const OTHER_COLUMNS = {
  snakeCase: flagSwitch({
    flag: '--snake-case',
    doc: 'name the attributes of all other columns in snake case: First Name becomes first_name',
  }),
  dropOthers: flagSwitch({ flag: '--drop-others', doc: 'leave out all columns that no flag names' }),
};

const REJECTS = '--rejects <place>';

/** The options by the names that they have in `flags`; `checkedRejects` is the `rejects` of `check`. */
export const CLI_OPTIONS = {
  config: flag({
    flag: '--config <file>',
    doc: 'read options from a JSON file, such as {"email": "E-Mail Address", "snake-case": true}; flags and environment variables override it',
  }),
  as: flagWith(['people', 'events', 'operations'], {
    flag: '--as <kind>',
    doc: 'what the rows are; then only the flags given here map them, and no saved mapping is used',
    standard: 'the mapping of the run that rejected them',
  }),
  transform: flag({
    flag: '--transform <file>',
    doc: 'JavaScript module whose default export gets each row before it is mapped, and returns a row, an array of rows, or nothing to skip it',
  }),
  limit: z.array(z.string()).default([]).register(FLAG, {
    flag: '--limit <kind.name=n>',
    doc: 'change one limit, for example person.attributes=500',
    standard: 'those of --limits',
    repeat: true,
  }),
  format: flagWith(['ndjson', 'json', 'csv', 'parquet'], {
    flag: '--format <format>',
    doc: 'format of the input',
    standard: 'by the file name or the content type; otherwise ndjson',
  }),
  kafkaCa: flag({
    flag: '--kafka-ca <file>',
    doc: 'kafka://: connect with TLS, and trust the certificates in this file (PEM)',
    standard: 'those Node trusts',
  }),
  kafkaCert: flag({ flag: '--kafka-cert <file>', doc: 'kafka://: certificate of this client (PEM); needs --kafka-key' }),
  kafkaKey: flag({ flag: '--kafka-key <file>', doc: 'kafka://: private key for that certificate (PEM)' }),
  rejects: flag({
    flag: REJECTS,
    doc: 'where rejected rows go: a folder, s3://bucket/prefix or gs://bucket/prefix',
    standard: 'standard output, as NDJSON; on a terminal a new folder, whose name is printed',
  }),
  checkedRedis: redisUrls.optional().register(FLAG, {
    ...(FLAG.get(redisOption) as FlagSpec),
    doc: 'also check this Redis, and say how many runs share the rate through it now',
  }),
  checkedRejects: flag({ flag: REJECTS, doc: 'also check that rejected rows can be written there: a folder, s3:// or gs://' }),
  check: z.boolean().default(true).register(FLAG, {
    flag: '--no-check',
    doc: 'skip the check of the credentials and of --rejects before the first row',
  }),
  resume: flag({
    flag: '--resume <file>',
    doc: 'save progress in this file, and resume from it when the same command runs again',
  }),
  checkpointEvery: count(1)
    .optional()
    .register(FLAG, {
      flag: '--checkpoint-every <n>',
      doc: 'save progress, or commit offsets to Kafka, every n rows',
      standard: `after ${inWords(STRETCH.first)} rows, then more rarely, up to every ${inWords(STRETCH.last)}; --dedupe alone: ${inWords(DEDUPE_SHAPE.commitEveryEntries.parse(undefined))}; kafka://: ${inWords(KAFKA_SHAPE.checkpointEveryRecords.parse(undefined))}`,
    }),
  checkpointEveryMs: count(1)
    .optional()
    .register(FLAG, {
      flag: '--checkpoint-every-ms <time>',
      doc: 'save progress at least this often',
      standard: `${amountText(SAVE_EVERY_MS, 'ms')}; kafka://: ${amountText(KAFKA_SHAPE.checkpointEveryMs.parse(undefined), 'ms')}; --state-dir: ${amountText(DEDUPE_SHAPE.commitEveryMs.parse(undefined), 'ms')}`,
    }),
  dedupe: flagSwitch({
    flag: '--dedupe',
    doc: 'skip events that were delivered before, and people whose attributes have not changed',
  }),
  show: count(1).optional().register(FLAG, {
    flag: '--show <n>',
    doc: 'with --dry-run and --rejects: print the first n operations as they would be sent',
    standard: 'none',
  }),
  report: flag({
    flag: '--report <file>',
    doc: 'write a report of the run to this file, even if the run fails: a page with charts if the name ends in .html, otherwise JSON',
  }),
  logFormat: z
    .enum(['text', 'json'])
    .default('text')
    .register(FLAG, { flag: '--log-format <format>', doc: 'format of progress, notes and errors on standard error' }),
  color: z
    .enum(['auto', 'always', 'never'])
    .default('auto')
    .register(FLAG, { flag: '--color <when>', doc: 'color the output; auto: on a terminal, unless NO_COLOR is set' }),
  progress: z
    .boolean()
    .default(true)
    .register(FLAG, { flag: '--no-progress', doc: 'hide progress; notes and the summary are still printed' }),
  quiet: flagSwitch({ flag: '-q, --quiet', doc: 'print errors only, and the summary if the exit status is not 0' }),
  reason: z
    .array(z.enum(REASON_NAMES, { error: ({ input }) => oneOf(REASON_NAMES, String(input)) }))
    .default([])
    .register(FLAG, {
      flag: '--reason <reasons>',
      doc: `only rows rejected for these reasons, separated by commas: ${REASON_NAMES.join(', ')}`,
      standard: 'all',
      read: (text) => text.split(',').map((name) => name.trim().toLowerCase()),
      repeat: true,
    }),
  field: z.array(z.string()).default([]).register(FLAG, {
    flag: '--field <field>',
    doc: 'only rows rejected because of this field',
    standard: 'all',
    repeat: true,
  }),
  done: flagWith(['delete', 'move'], {
    flag: '--done <what>',
    doc: 'delete or move each file of rejected rows once all its rows are delivered, or rejected again and stored in --rejects; a file stays if --reason or --field left out some of its rows',
    standard: 'it stays',
  }),
  doneTo: flag({
    flag: '--done-to <place>',
    doc: 'with --done move: a folder, s3:// or gs://; it may be inside the place that is replayed',
  }),
  rows: flagSwitch({ flag: '--rows', doc: 'list the rows, one per line: where it came from, reason, field, value, message' }),
  listFormat: flagWith(['text', 'json', 'ndjson', 'csv'], {
    flag: '--format <format>',
    doc: 'text or json: counts; ndjson: the rejected rows as they are stored; csv: a sheet to repair them in, for replay',
    standard: 'text',
  }),
  out: flag({ flag: '--out <file>', doc: 'write to this file, which must not exist', standard: 'standard output' }),
  first: count(1).optional().register(FLAG, { flag: '--first <n>', doc: 'only the first n rows', standard: 'all' }),
  previewRows: count(1).default(10_000).register(FLAG, { flag: '--rows <n>', doc: 'number of rows to look at' }),
  kind: flagWith(['people', 'events'], { flag: '--kind <kind>', doc: 'what the rows are', standard: 'guessed from the columns' }),
  write: flag({ flag: '--write <file>', doc: 'save the flags of the proposed command in this file, for --config' }),
  json: flagSwitch({ flag: '--json', doc: 'print one JSON object' }),
  latencyMs: count(0).optional().register(FLAG, { flag: '--latency-ms <time>', doc: 'delay each response by this long' }),
  faults: flag({
    flag: '--faults <file|json>',
    doc: 'which requests fail, and how: rules as JSON, such as \'[{"status":503,"after":2,"times":3}]\', or a file with them',
  }),
  keepEvents: count(0)
    .default(10_000)
    .register(FLAG, { flag: '--keep-events <n>', doc: 'number of newest events to keep and show; all are counted' }),
};
