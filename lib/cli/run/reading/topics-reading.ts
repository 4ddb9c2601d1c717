/** Topics of Kafka as what a send reads. */
import { isRecord, type SourceRecord } from '../../../record/record.ts';
import { loadKafka } from '../../../source/kafka/client/library.ts';
import { kafka } from '../../../source/kafka.ts';
import { countOf } from '../../../wording.ts';
import type { SendFlags } from '../../flags/flags.ts';
import type { KafkaAddress } from '../../input/kafka/address.ts';
import { topicOptions, topicWarnings } from '../../input/kafka/topic-options.ts';
import { TopicReader } from '../../input/kafka/topic-reader.ts';
import { wrappedNote } from '../../input/wrapped-rows.ts';
import type { PipelineContext } from '../pipeline.ts';
import type { Run } from '../run-pipeline.ts';
import type { RunReading } from './files-reading.ts';

const AGAIN = 'what is not committed is read again when the same command runs again';

/** Makes the source; the broker is asked when it is read. Throws `CIO_OPTIONS`. */
export async function topicsReading(address: KafkaAddress, flags: SendFlags, { display: { note } }: PipelineContext): Promise<RunReading> {
  const options = await topicOptions(address, flags);
  // On a Node that is too old nothing else is to be done first.
  await loadKafka();
  const source = kafka(options);
  topicWarnings(flags).forEach(note);
  const reader = new TopicReader(source, note);
  if (flags.transform === undefined)
    source.onFirst((first) => {
      const wrapped = isRecord(first) ? wrappedNote(first as SourceRecord, address.label) : undefined;
      if (wrapped !== undefined) note(wrapped);
    });
  return { reader, source, cut: reader.cut, end: () => reader.close(), lastNotes };
}

/** What was not settled is not committed. */
const lastNotes: NonNullable<Run['lastNotes']> = (ending, { read, delivered, rejected, skipped }) => {
  const open = read - delivered - rejected.total - skipped.total;
  if (ending === 'failed') return read > 0 ? [AGAIN] : [];
  if (ending === 'interrupted') return ['the same command reads on from what is committed'];
  return open > 0 ? [`${countOf(open, 'row')} in flight did not settle in time: not committed, and read again`] : [];
};
