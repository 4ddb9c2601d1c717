/** One row by its bytes and as a record: what both mappings make of it. */
import assert from 'node:assert/strict';
import { ByteView } from '../../lib/byte-view.ts';
import { ExactNumber, parse, significand } from '../../lib/json/exact.ts';
import { readOptions } from '../../lib/options.ts';
import { Block } from '../../lib/record/block.ts';
import { Entry } from '../../lib/record/entry.ts';
import type { SourceInfo } from '../../lib/record/place.ts';
import { readRecord } from '../../lib/record/read.ts';
import type { SourceRecord } from '../../lib/record/record.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import type { RowEntry } from '../../lib/record/row-entry.ts';
import { limitEnforcer } from '../../lib/stage/enforce-limits.ts';
import { isWithinLimits } from '../../lib/stage/limit-check.ts';
import { ENFORCE_LIMITS_OPTIONS, type EnforceLimitsOptions, type ValidateOptions, validateSettings } from '../../lib/stage/options.ts';
import { type RowMapping, rowMappingOf } from '../../lib/stage/row-mapping/row-mapping.ts';
import { validator } from '../../lib/stage/validate.ts';
import { hashOfKey, orderingKeys } from '../../lib/track/ordering-keys.ts';

/** Where the rows of a comparison lie. */
export interface RowPlace {
  readonly place: SourceInfo;
  readonly line: number;
}

/** Both mappings of one kind of rows. */
export interface BothWays {
  /** True if the bytes became an entry; fails if that is not what the record becomes. */
  isMapped(text: string, at: RowPlace): boolean;
  readonly mapping: RowMapping | undefined;
}

/** Both, for the same options. */
export function bothWays(options: ValidateOptions, limits: EnforceLimitsOptions = {}): BothWays {
  const settings = validateSettings(options);
  const mapping = rowMappingOf(settings, settings.clock);
  const { limits: allowed } = readOptions('enforceLimits', ENFORCE_LIMITS_OPTIONS, limits);
  const toEntry = validator(options);
  const enforce = limitEnforcer(limits);
  const isMapped = (text: string, { place, line }: RowPlace): boolean => {
    // Whatever lies around a row does not count.
    const bytes = Buffer.from(`,"x":"${text}"}]`);
    const length = bytes.length - 9;
    const block = new Block(bytes, { place, read: (_block, row) => readRecord(text, block.origin(row), 'test') });
    block.add(6, 6 + length, line, 6, length);
    if (mapping === undefined || !block.isText(0) || !mapping.read(block, 0)) return false;
    const record = block.read(0);
    assert.ok(!(record instanceof Rejection), 'the row was not read as a record');
    const entry = toEntry(record as SourceRecord);
    assert.ok(entry instanceof Entry, `rejected as a record: ${JSON.stringify(entry)}`);
    assertSameEntry(mapping, entry);
    if (!isWithinLimits(mapping, mapping.isEvent ? allowed.event : allowed.person)) return false;
    assert.equal(enforce(entry), entry, 'over a limit as a record');
    return true;
  };
  return { mapping, isMapped };
}

/** Fails unless both are the same entry. `seen`: what is compared of their JSON. */
export function assertSameEntry(mapping: RowEntry, entry: Entry, seen: (json: string) => unknown = canonicalText): void {
  const target = Buffer.alloc(mapping.maxBytes + 10, '?');
  const end = mapping.write(new ByteView(target), 5);
  assert.ok(end - 5 <= mapping.maxBytes, `${end - 5} bytes, not ${mapping.maxBytes}`);
  assert.ok(target.toString('latin1', end).match(/^\?*$/) && target.toString('latin1', 0, 5) === '?????');
  const json = target.toString('utf8', 5, end);
  assert.deepEqual(seen(json), seen(entry.json));
  assert.deepEqual(orderOf(json), orderOf(entry.json));
  assert.deepEqual(mapping.warnings, entry.warnings);
  assert.equal(mapping.isEvent, entry.operation.action === 'event');
  const keys = orderingKeys(entry.operation);
  assert.equal(keys.length, 1);
  assert.equal(mapping.keyHash, hashOfKey(keys[0] as string));
  assert.ok(mapping.attributes >= Object.keys((parse(entry.json) as { attributes: object }).attributes).length);
}

/** The names in an entry in their order. */
function orderOf(json: string): string[] {
  const operation = parse(json) as { attributes: object };
  return [...Object.keys(operation), ...Object.keys(operation.attributes)];
}

/** JSON text as a value with its numbers as digits and its members sorted, so that two texts can be compared. */
export function canonicalText(json: string): unknown {
  return canonical(parse(json));
}

function canonical(value: unknown): unknown {
  if (typeof value === 'number' || value instanceof ExactNumber) return { number: significand(String(value)) };
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, canonical(member)] as const);
  return { object: members.sort(([a], [b]) => (a < b ? -1 : 1)) };
}
