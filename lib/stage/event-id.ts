/**
 * Which event id an event gets, and why (the table in the README):
 * 1. sent again from the rejects: the id of the first time; 2. its own, when that is a ULID; 3. derived from its own;
 * 4. it has a timestamp and a place in a named source: derived from source, line and text; 5. the same without a
 * timestamp, where the version of the source is known: derived from those too; 6. fresh. So the same row gets the same
 * id in every run, and two rows that only look alike never share one.
 */
import type { Clock } from '../clock.ts';
import type { Origin } from '../record/origin.ts';
import { isUlid, toUlid, ulidFrom } from '../track/event-id.ts';

/** The ULID to send for an event. */
export function eventIdFor(own: unknown, hasTime: boolean, origin: Origin | undefined, clock: Clock): string {
  if (origin?.eventId !== undefined) return origin.eventId;
  const ownText = own === undefined ? '' : String(own).trim();
  if (ownText !== '') return ownId(ownText, origin?.part);
  const place = placeOf(origin, hasTime);
  return place === undefined ? toUlid(clock.bytes(16)) : ulidFrom(place);
}

function ownId(own: string, part: number | undefined): string {
  if (part === undefined && isUlid(own)) return own.toUpperCase();
  // Several events that map() made of one row carry the same event_id: each is counted.
  return ulidFrom(`event_id\n${own}${part === undefined ? '' : `\n${part}`}`);
}

function placeOf(origin: Origin | undefined, hasTime: boolean): string | undefined {
  if (origin?.source === undefined || origin.line === undefined || origin.raw === undefined) return undefined;
  if (!hasTime && origin.version === undefined) return undefined;
  return `place\n${origin.source}\n${origin.line}\n${origin.part ?? ''}\n${hasTime ? '' : origin.version}\n${origin.raw}`;
}
