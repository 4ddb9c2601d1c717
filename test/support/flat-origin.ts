/** Origins for tests: made from one flat object, and shown as one, so that deepEqual compares all of them. */
import { Origin, type Position, type SourceInfo } from '../../lib/record/origin.ts';

/** All that an origin may know. */
export type FlatOrigin = SourceInfo & Position;

export function originFrom({ source, stream, namespace, version, ...position }: FlatOrigin): Origin {
  return new Origin(position, { source, stream, namespace, version });
}

export function flat(origin: Origin | undefined): FlatOrigin | undefined {
  if (origin === undefined) return undefined;
  const { source, stream, namespace, version, line, offset, bytes, raw, eventId, part } = origin;
  return { source, stream, namespace, version, line, offset, bytes, raw, eventId, part };
}
