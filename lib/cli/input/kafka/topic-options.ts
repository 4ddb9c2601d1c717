/** Address and flags -> the options of kafka(). Who may read comes from the environment, and certificates from files. */
import { readFile } from 'node:fs/promises';
import { CioError, systemWords } from '../../../errors.ts';
import { KAFKA_SHAPE, type KafkaOptions } from '../../../source/kafka/options.ts';
import { optionsFrom } from '../../flags/flag.ts';
import type { KafkaAccessFlags, SendFlags } from '../../flags/flags.ts';
import type { KafkaAddress } from './address.ts';

const [USERNAME, PASSWORD, TOKEN] = ['CUSTOMERIO_KAFKA_USERNAME', 'CUSTOMERIO_KAFKA_PASSWORD', 'CUSTOMERIO_KAFKA_TOKEN'];
const PEM = /^-----BEGIN [A-Z ]+-----$/m;

/** Makes them. Throws `CIO_OPTIONS`. */
export async function topicOptions({ brokers, topics, group: groupId }: KafkaAddress, flags: SendFlags): Promise<KafkaOptions> {
  const { checkpointEvery: checkpointEveryRecords, checkpointEveryMs, dryRun } = flags;
  const every = { checkpointEveryRecords, checkpointEveryMs };
  // Nobody is to stop a dry run.
  const options = { ...optionsFrom(KAFKA_SHAPE, flags), ...every, ...(dryRun && ({ dryRun, until: 'end' } as const)) };
  return { ...options, brokers: [...brokers], topics: [...topics], groupId, ...(await kafkaAccess(flags)) };
}

/** How the brokers are reached, and who asks. Throws `CIO_OPTIONS`. */
export async function kafkaAccess(flags: KafkaAccessFlags): Promise<Pick<KafkaOptions, 'tls' | 'sasl'>> {
  return { tls: await tlsOf(flags), sasl: saslOf(flags) };
}

/** What is to be said of the flags: each is right, but what they do together may not be meant. */
export function topicWarnings(flags: SendFlags): string[] {
  const { kafkaSasl, dedupe, redis, stateDir, dryRun, object } = flags;
  const warnings: string[] = [];
  if (kafkaSasl === 'PLAIN' && !usesTls(flags))
    warnings.push('--kafka-sasl plain without --kafka-tls sends the password in clear text: anyone who sees the traffic can read it');
  const isShared = redis !== undefined && stateDir === undefined;
  // An event that was delivered once is delivered, whoever did it.
  if (dedupe && !isShared && !dryRun && object !== 'person_event') {
    const what =
      redis === undefined
        ? '--dedupe without --redis'
        : '--dedupe remembers in --state-dir and not in --redis, which shares only the rate (without --state-dir it shares the memory, too): so it';
    warnings.push(
      `${what} knows only what this process has delivered: if another process of the group reads in between, a change back to earlier values is skipped as unchanged`,
    );
  }
  return warnings.map((text) => `warning: ${text}`);
}

function usesTls({ kafkaTls, kafkaCa, kafkaCert }: KafkaAccessFlags): boolean {
  return kafkaTls === true || kafkaCa !== undefined || kafkaCert !== undefined;
}

/** A file of certificates says that TLS is meant. */
async function tlsOf(flags: KafkaAccessFlags): Promise<KafkaOptions['tls']> {
  const { kafkaCa, kafkaCert, kafkaKey } = flags;
  if ((kafkaCert === undefined) !== (kafkaKey === undefined))
    throw wrong(kafkaKey === undefined ? '--kafka-cert needs --kafka-key' : '--kafka-key needs --kafka-cert');
  if (!usesTls(flags)) return undefined;
  const ca = await pem('--kafka-ca', kafkaCa);
  const [cert, key] = [await pem('--kafka-cert', kafkaCert), await pem('--kafka-key', kafkaKey)];
  return { ...(ca && { ca }), ...(cert && { cert, key }) };
}

async function pem(flag: string, file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw wrong(`${flag} ${file} can't be read: ${systemWords(error)}`, error);
  }
  if (!PEM.test(text)) throw wrong(`${flag} ${file} is not PEM, which has lines such as -----BEGIN CERTIFICATE-----`);
  return text;
}

function saslOf({ kafkaSasl: mechanism }: KafkaAccessFlags): KafkaOptions['sasl'] {
  if (mechanism === undefined) {
    const useless = [USERNAME, PASSWORD].find((name) => given(name) !== undefined);
    if (useless !== undefined)
      throw wrong(`${useless} is set but would not be used: choose a mechanism with --kafka-sasl, such as scram-sha-512`);
    return undefined;
  }
  const names = mechanism === 'OAUTHBEARER' ? [TOKEN] : [USERNAME, PASSWORD];
  const missing = names.filter((name) => given(name) === undefined);
  if (missing.length > 0) throw wrong(`--kafka-sasl ${mechanism.toLowerCase()} needs ${missing.join(' and ')} in the environment`);
  if (mechanism === 'OAUTHBEARER') return { mechanism, token: given(TOKEN) };
  return { mechanism, username: given(USERNAME), password: given(PASSWORD) };
}

/** An empty variable is how many a tool says "not set". A file or a paste leaves a line break. */
function given(name: string): string | undefined {
  return process.env[name]?.replace(/[\r\n]+$/, '') || undefined;
}

function wrong(message: string, cause?: unknown): CioError {
  return new CioError('CIO_OPTIONS', message, cause);
}
