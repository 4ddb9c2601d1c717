/**
 * `kafka://host:9092,host2:9092/topic,topic2?group=crm`, read: brokers, topics and the consumer group. Who may read stands
 * elsewhere, as everybody on the machine sees a command line. Pure; what is wrong is said with the command as it should be.
 */
import { CioError } from '../../../errors.ts';
import { unknownName } from '../../../options.ts';
import { printable } from '../../../printable.ts';
import { shellQuoted } from '../../flags/shell-quote.ts';

/** Where Kafka is, and what is read there. */
export interface KafkaAddress {
  /** Each with its port; IPv6 in brackets. */
  readonly brokers: readonly string[];
  readonly topics: readonly string[];
  readonly group: string;
  /** The address as people write it; it holds no secret. */
  readonly label: string;
}

const DEFAULT_PORT = 9_092;
const MAX_PORT = 65_535;
const PARAMETER = 'group';
const FORM = 'kafka://host:9092/topic?group=crm';
const BEGINNING = /^kafka:/i;
const ADDRESS = /^kafka:\/\/([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/i;
/** `[::1]:9092`, or `host:9092`. */
const BROKER = /^(\[[\da-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?$/i;
/** As the broker has it. */
const TOPIC = /^(?!\.{1,2}$)[\w.-]{1,249}$/;
/** What programs call their credentials in addresses. */
const SECRET = /user|pass|secret|token|key|sasl|auth/i;

/** Whether a name leads to Kafka. */
export function isKafka(name: string): boolean {
  return BEGINNING.test(name);
}

/** Reads the address; `command` is shown in advice, such as `people`. Throws `CIO_OPTIONS`, without what may be a secret. */
export function kafkaAddress(text: string, command: string): KafkaAddress {
  const { brokers, topics, group } = kafkaPlace(text);
  if (group === undefined) throw withoutGroup(addressText(brokers, topics, 'crm'), command);
  return { brokers, topics, group, label: addressText(brokers, topics, group) };
}

/** The same, of what may name no group. */
export function kafkaPlace(text: string): Pick<KafkaAddress, 'brokers' | 'topics'> & { readonly group: string | undefined } {
  const [, hosts, path = '', query = ''] = ADDRESS.exec(text) ?? [];
  // Also where a password cuts the address in two.
  const [beforeQuery = ''] = text.split('?', 1);
  if (beforeQuery.includes('@')) throw withCredentials();
  if (hosts === undefined)
    throw wrong(`${beforeQuery} is not a Kafka address: write ${FORM}${text.includes('#') ? ', with %23 for #' : ''}`);
  const brokers = unique(hosts.split(',').map((host) => brokerOf(host, beforeQuery)));
  const topics = unique(path.split(',').map((topic) => topicOf(topic, beforeQuery)));
  return { brokers, topics, group: groupOf(query) };
}

function addressText(brokers: readonly string[], topics: readonly string[], group: string): string {
  return `kafka://${brokers.join(',')}/${topics.join(',')}?group=${encodeURIComponent(group)}`;
}

function brokerOf(text: string, address: string): string {
  const [, host = '', digits = String(DEFAULT_PORT)] = BROKER.exec(text.trim()) ?? [];
  const port = Number(digits);
  if (text === '') throw wrong(`${address} has an empty broker: write ${FORM}`);
  if (host === '' && text.split(':').length > 2)
    throw wrong(`${text} is not a broker: write IPv6 in brackets, such as [::1]:${DEFAULT_PORT}`);
  if (host === '') throw wrong(`${text} is not a broker: write host or host:${DEFAULT_PORT}`);
  if (port < 1 || port > MAX_PORT) throw wrong(`${text} has no usable port: it must be from 1 to ${MAX_PORT}`);
  return `${host.toLowerCase()}:${port}`;
}

function topicOf(text: string, address: string): string {
  const topic = decoded(text, 'the topic');
  if (topic === '') throw wrong(`${address} has ${address.includes(',') ? 'an empty topic' : 'no topic'}: write ${FORM}`);
  if (!TOPIC.test(topic))
    throw wrong(
      `${topic} is not a valid topic name: Kafka allows up to 249 letters, digits, dots, _ and -; separate several topics with commas`,
    );
  return topic;
}

/** Undefined if it is not named. */
function groupOf(query: string): string | undefined {
  const groups: string[] = [];
  for (const part of query.split('&').filter((each) => each !== '')) {
    const [name = '', ...rest] = part.split('=');
    const known = decoded(name, 'a parameter');
    if (SECRET.test(known)) throw withCredentials();
    if (known !== PARAMETER) throw wrong(`${unknownName('parameter', known, [PARAMETER])}; everything else is a flag`);
    groups.push(decoded(rest.join('='), 'the group'));
  }
  if (groups.length > 1) throw wrong('the address names more than one group');
  const [group] = groups;
  if (group !== undefined && (/\s/.test(group) || printable(group) !== group))
    throw wrong('the name of the group must not contain white space or control characters');
  return group === '' ? undefined : group;
}

function decoded(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw wrong(`${what} has a % that encodes nothing: write %25 for it`, error);
  }
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function withCredentials(): CioError {
  const instead = 'set CUSTOMERIO_KAFKA_USERNAME and CUSTOMERIO_KAFKA_PASSWORD, and use --kafka-sasl';
  return wrong(`the Kafka address must not contain credentials, as other users of the machine can see them with \`ps\`: ${instead}`);
}

function withoutGroup(address: string, command: string): CioError {
  const why = 'the group remembers what was read, and shares the partitions among its processes';
  return wrong(`the address names no consumer group (${why}): cio-stream ${command} ${shellQuoted(address)}`);
}

function wrong(message: string, cause?: unknown): CioError {
  return new CioError('CIO_OPTIONS', message, cause);
}
