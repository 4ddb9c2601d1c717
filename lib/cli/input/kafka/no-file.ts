/**
 * What looks at a few rows reads them again and again, each time from the beginning, and a consumer group remembers: so it wants a
 * file, and the error says how to get one out of a topic.
 */
import { CioError } from '../../../errors.ts';
import { shellQuoted } from '../../flags/shell-quote.ts';
import { kafkaPlace } from './address.ts';

/** The error. Throws `CIO_OPTIONS` itself if the address can't be read. */
export function noFile(address: string): CioError {
  const { brokers, topics } = kafkaPlace(address);
  const [topic = ''] = topics;
  const file = shellQuoted(`${topic}.ndjson`);
  const take = `kcat -C -e -q -c 1000 -b ${shellQuoted(brokers.join(','))} -t ${shellQuoted(topic)} > ${file}`;
  return new CioError(
    'CIO_OPTIONS',
    `preview reads files, not kafka://: save some messages to a file first: ${take} && cio-stream preview ${file}`,
  );
}
