/**
 * Whether a run reads Kafka instead of files, and which flags go with that. A flag that would do nothing is a mistake, and the
 * message says what to do instead.
 */
import { CioError } from '../../../errors.ts';
import { dashed } from '../../flags/flag.ts';
import type { RowKind, SendFlags } from '../../flags/flags.ts';
import { INPUT } from '../../flags/groups.ts';
import { KAFKA } from '../../flags/kafka-group.ts';
import { isKafka, type KafkaAddress, kafkaAddress } from './address.ts';

const ONE_JSON = 'each Kafka message is one row, a JSON object in UTF-8';

/** Flags that are for files, and why they have no effect. */
const FOR_FILES: Partial<Record<keyof SendFlags, string>> = {
  resume: 'the consumer group remembers what was read: leave it out, and run the same command again',
  jsonPath: `${ONE_JSON}: unwrap rows with --transform`,
};
/** Those of files that Kafka has, too. */
const OF_BOTH: readonly string[] = ['maxRecordBytes', 'stream', 'namespace'];

/** The address, if the names are one of Kafka; undefined for files. Throws `CIO_OPTIONS` for what does not go together. */
export function kafkaInput(names: readonly string[], flags: SendFlags, kind: RowKind): KafkaAddress | undefined {
  const [first, ...others] = names.filter(isKafka);
  if (first === undefined) {
    const [useless] = givenOf(Object.keys(KAFKA), flags);
    if (useless !== undefined) throw wrong(`${dashed(useless)} works only with a kafka:// input`);
    return undefined;
  }
  const address = kafkaAddress(first, kind);
  if (others.length > 0) throw wrong('kafka:// can be given only once: name several topics in one address, separated by commas');
  if (names.length > 1) throw wrong("kafka:// can't be combined with other inputs: read those with a separate command");
  const { tombstones, tombstoneId } = flags;
  if (tombstones === 'delete' && kind !== 'people')
    throw wrong(`--tombstones delete deletes people, so it is for cio-stream people, not ${kind}`);
  if (tombstoneId !== undefined && tombstones !== 'delete') throw wrong('--tombstone-id does nothing without --tombstones delete');
  const [useless] = givenOf(['resume', ...Object.keys(INPUT).filter((name) => !OF_BOTH.includes(name))], flags);
  if (useless !== undefined)
    throw wrong(`${dashed(useless)} has no effect with kafka://, as ${FOR_FILES[useless] ?? `${ONE_JSON}: leave it out`}`);
  return address;
}

/** Whether a run reads until it is stopped. A dry run ends, as nobody is to wait for it. */
export function isService(names: readonly string[], { until, dryRun }: Pick<SendFlags, 'until' | 'dryRun'>): boolean {
  return until === undefined && !dryRun && names.some(isKafka);
}

function givenOf(names: readonly string[], flags: SendFlags): (keyof SendFlags)[] {
  return names.filter((name) => isGiven(Reflect.get(flags, name))) as (keyof SendFlags)[];
}

function isGiven(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
}

function wrong(message: string): CioError {
  return new CioError('CIO_OPTIONS', message);
}
