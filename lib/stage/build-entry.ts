/** An operation -> its entry: the event id, the JSON text, written once, and what the user should know of it. */
import type { Clock } from '../clock.ts';
import { loadHash } from '../hash.ts';
import { stringify } from '../json/exact.ts';
import { Entry, type Warning } from '../record/entry.ts';
import type { Origin } from '../record/origin.ts';
import type { SourceRecord } from '../record/record.ts';
import { oddIdentifiers } from '../track/identifier-places.ts';
import { isOddCreatedAt } from '../track/known-attributes.ts';
import { isEvent } from '../track/operation.ts';
import { eventIdFor } from './choose-event-id.ts';

/** Loads what the ids of events need, once. */
export function prepareEntries(): Promise<void> {
  return loadHash();
}

/** Builds it. Throws a JsonError for a value that JSON has no text for. */
export function buildEntry(operation: Record<string, unknown>, record: SourceRecord, origin: Origin | undefined, clock: Clock): Entry {
  if (isEvent(operation)) operation.id = eventIdFor(operation, origin, clock);
  const warnings = warningsFor(operation);
  return new Entry(operation, stringify(operation), record, origin, warnings.length > 0 ? warnings : undefined);
}

function warningsFor(operation: Record<string, unknown>): Warning[] {
  const warnings = oddIdentifiers(operation);
  if (operation.action !== 'identify') return warnings;
  if (operation.type === 'person' && isOddCreatedAt(Object(operation.attributes).created_at)) warnings.push('odd_created_at');
  if (isEmptyIdentify(operation)) warnings.push('empty_identify');
  return warnings;
}

/** An identify that sets nothing: the API answers 200 and does nothing useful. */
function isEmptyIdentify(operation: Record<string, unknown>): boolean {
  if (operation.cio_relationships !== undefined) return false;
  const attributes = operation.attributes as Record<string, unknown> | undefined;
  // What is undefined is not written.
  for (const name in attributes) if (attributes[name] !== undefined) return false;
  return true;
}
