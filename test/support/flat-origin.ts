/** Origins for tests: made from one flat object, and shown as one, so that deepEqual compares all of them. */
import { Origin, type RecordPosition } from '../../lib/record/origin.ts';
import { partitionPlace, type SourceInfo } from '../../lib/record/place.ts';

/** All that an origin may know. */
export type FlatOrigin = SourceInfo & RecordPosition;

export function originFrom({ source, topic, partition, stream, namespace, version, ...position }: FlatOrigin): Origin {
  const more = { stream, namespace, version };
  return new Origin(position, topic === undefined ? { source, ...more } : partitionPlace(topic, partition ?? 0, more));
}

export function flat(origin: Origin | undefined): FlatOrigin | undefined {
  if (origin === undefined) return undefined;
  const { source, topic, partition, stream, namespace, version, line, offset, bytes, raw, eventId, part } = origin;
  const message = topic === undefined ? {} : { topic, partition };
  return { source, ...message, stream, namespace, version, line, offset, bytes, raw, eventId, part };
}
