/** The options for topics of Kafka, in groups. */
import { KAFKA_SHAPE, SASL_SHAPE } from '../../source/kafka/options.ts';
import { CLI_OPTIONS } from './cli-options.ts';
import { ifGiven } from './flag.ts';

/** How topics of Kafka are read, and who may. The user and the password are not flags: everybody on the machine sees those. */
export const KAFKA = {
  until: KAFKA_SHAPE.until,
  from: ifGiven(KAFKA_SHAPE.from),
  tombstones: ifGiven(KAFKA_SHAPE.tombstones),
  tombstoneId: ifGiven(KAFKA_SHAPE.tombstoneId),
  kafkaSasl: ifGiven(SASL_SHAPE.mechanism),
  kafkaTls: KAFKA_SHAPE.tls,
  kafkaCa: CLI_OPTIONS.kafkaCa,
  kafkaCert: CLI_OPTIONS.kafkaCert,
  kafkaKey: CLI_OPTIONS.kafkaKey,
  kafkaMaxBytes: ifGiven(KAFKA_SHAPE.maxBytes),
  kafkaSessionMs: ifGiven(KAFKA_SHAPE.sessionTimeoutMs),
  kafkaInstanceId: KAFKA_SHAPE.groupInstanceId,
  settleMs: ifGiven(KAFKA_SHAPE.settleMs),
};

/** What of it a check needs: where to begin, what messages are, and who asks. */
export const KAFKA_ACCESS = {
  from: KAFKA.from,
  tombstones: KAFKA.tombstones,
  tombstoneId: KAFKA.tombstoneId,
  kafkaSasl: KAFKA.kafkaSasl,
  kafkaTls: KAFKA.kafkaTls,
  kafkaCa: KAFKA.kafkaCa,
  kafkaCert: KAFKA.kafkaCert,
  kafkaKey: KAFKA.kafkaKey,
};
