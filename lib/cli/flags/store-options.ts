/**
 * The options that say where rejected records are and how to get there, the same for every command. Keys are no flags:
 * each SDK finds them where it always does (`AWS_...`, `GOOGLE_APPLICATION_CREDENTIALS`, profiles, the machine's role).
 */
import { type Command, Option } from 'commander';
import { httpUrl, text, wholeNumber } from './values.ts';

/** How to get to object storage. */
export interface StoreFlags {
  readonly s3Endpoint?: string;
  readonly s3Region?: string;
  readonly s3RoleArn?: string;
  readonly s3ExternalId?: string;
  readonly s3PathStyle?: boolean;
  readonly s3Checksums?: 'when_supported' | 'when_required';
  readonly gcsEndpoint?: string;
  readonly gcsProject?: string;
  readonly gcsKeyFile?: string;
}

/** Where rejected records go, and what the objects are like. */
export interface RejectFlags extends StoreFlags {
  readonly rejects?: string;
  readonly rejectsFormat?: 'ndjson' | 'csv';
  readonly rejectsFlattening?: 'none' | 'root';
  readonly rejectsGzip?: true;
  readonly rejectsPath?: string;
  readonly rejectsFile?: string;
  readonly rejectsRollBytes?: number;
  readonly rejectsRollMs?: number;
  readonly rejectsSpill?: string;
}

const VARIABLES =
  '{namespace} {stream_name} {sync_id} {year} {month} {day} {hour} {minute} {second} {millisecond} {epoch} {date} {date:yyyy_MM} {timestamp} {uuid}';

/** Adds the options of a command that writes rejected records. */
export function addRejectOptions(command: Command, rejects: string): Command {
  command
    .optionsGroup('Rejected records:')
    .option('--rejects <place>', rejects, text)
    .addOption(new Option('--rejects-format <format>', 'JSON lines or CSV (default: ndjson)').choices(['ndjson', 'csv']))
    .addOption(
      new Option(
        '--rejects-flattening <how>',
        'root: the fields of a record beside the reason, not under "record" (default: none)',
      ).choices(['none', 'root']),
    )
    .option('--rejects-gzip', 'compress them')
    .option(
      '--rejects-path <template>',
      `folders below the place: ${VARIABLES} (default: {sync_id}/{namespace}/{stream_name}/ in buckets)`,
      text,
    )
    .option('--rejects-file <template>', 'names of the objects: the same, {part_number} and {format_extension}', text)
    .option('--rejects-roll-bytes <n>', 'begin another object after so many bytes (default: 67108864)', wholeNumber(1))
    .option('--rejects-roll-ms <n>', 'begin another object after so long (default: 300000)', wholeNumber(1_000))
    .option('--rejects-spill <folder>', 'where to keep what the place does not take (default: among the temporary files)', text);
  return addStoreOptions(command);
}

/** Adds the options of a command that reads or writes in object storage. */
export function addStoreOptions(command: Command): Command {
  return command
    .optionsGroup('Object storage:')
    .addOption(new Option('--s3-endpoint <url>', "s3://: another server than Amazon's").argParser(httpUrl('--s3-endpoint')))
    .option('--s3-region <region>', 's3://: region of the bucket (default: AWS_REGION, or the profile)', text)
    .option('--s3-role-arn <arn>', 's3://: role to take on', text)
    .option('--s3-external-id <id>', "s3://: what the role's owner asks for", text)
    .option('--s3-path-style', 's3://: the bucket in the path, not in the host name (default: with --s3-endpoint)')
    .option('--no-s3-path-style', 's3://: the bucket in the host name, also with --s3-endpoint')
    .addOption(
      new Option(
        '--s3-checksums <when>',
        's3://: when_required for servers that refuse checksums, when_supported to insist (default: found out)',
      ).choices(['when_supported', 'when_required']),
    )
    .addOption(new Option('--gcs-endpoint <url>', "gs://: another server than Google's").argParser(httpUrl('--gcs-endpoint')))
    .option('--gcs-project <id>', 'gs://: the project (default: that of the credentials)', text)
    .option('--gcs-key-file <file>', 'gs://: a file with a key (default: GOOGLE_APPLICATION_CREDENTIALS, or what gcloud has set up)', text);
}
