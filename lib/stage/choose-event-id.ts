/**
 * Which event id an event gets, and why (the table in docs/identifiers.md):
 * 1. sent again from the rejects: the id of the first time; 2. its own, if that is a ULID; 3. derived from its own, its
 * name and its person, as two streams may both count from 1; 4. it has a timestamp and a line in a named source: derived
 * from source, line and text; 5. the same without a timestamp, if the version of the source is known: derived from that,
 * too; 6. read from the rejects: derived from its line there; 7. random. So the same row gets the same id in every run, and
 * two rows that only look alike never share one.
 */
import type { Clock } from '../clock.ts';
import type { OperationBody } from '../record/entry.ts';
import type { Origin } from '../record/origin.ts';
import { isUlid, toUlid, ulidFrom } from '../track/event-id.ts';
import { trimIdentifier } from '../track/identifier.ts';
import { orderingKeys } from '../track/ordering-keys.ts';

/** The ULID to send for an event. */
export function eventIdFor(event: OperationBody, origin: Origin | undefined, clock: Clock): string {
  if (origin?.eventId !== undefined) return origin.eventId;
  const own = event.id === undefined ? '' : trimIdentifier(String(event.id));
  if (own !== '') return ownId(own, event, origin?.part);
  const hasTime = event.timestamp !== undefined;
  if (origin !== undefined && isPlace(origin, hasTime)) return placeId(origin, hasTime);
  if (origin?.reread !== undefined) return ulidFrom(`reread\n${origin.reread}\n${origin.part || ''}`);
  return toUlid(clock.bytes(16));
}

function ownId(own: string, event: OperationBody, part: number | undefined): string {
  if (!part && isUlid(own)) return own.toUpperCase();
  const name = String(event.name);
  const [person] = orderingKeys(event);
  return ulidFrom(`${ownHead(event.action, part)}${Buffer.byteLength(own)} ${Buffer.byteLength(name)}\n${own}${name}${person}`);
}

function isPlace({ source, line, version, maxRawBytes }: Origin, hasTime: boolean): boolean {
  return source !== undefined && line !== undefined && maxRawBytes !== undefined && (hasTime || version !== undefined);
}

// The text is written into this buffer and hashed there: no string is made of it.
let scratch = Buffer.alloc(4096);

function placeId(origin: Origin, hasTime: boolean): string {
  const { source, line, part, version, maxRawBytes = 0 } = origin;
  const head = `${placeHead(source)}${line}${placeTail(part, hasTime ? undefined : version)}`;
  const needed = head.length * 3 + maxRawBytes;
  if (needed > scratch.length) scratch = Buffer.alloc(2 * needed);
  return ulidFrom(scratch.subarray(0, origin.writeRaw(scratch, scratch.write(head))));
}

/**
 * The beginning of the text that an event's own id stands in. Then come the lengths of id and name in bytes, the id, the name
 * and the ordering key of the person: with the lengths in front, no two events give the same text. Several events that
 * map() made of one row have the same event_id, and each counts.
 */
export function ownHead(action: unknown, part: number | undefined): string {
  return `event_id\n${String(action)} ${part || ''}\n`;
}

/** What stands before the line in the text of a place. */
export function placeHead(source: string | undefined): string {
  return `place\n${source}\n`;
}

/** What stands between the line and the row. */
export function placeTail(part: number | undefined, version: string | undefined): string {
  return `\n${part || ''}\n${version ?? ''}\n`;
}
