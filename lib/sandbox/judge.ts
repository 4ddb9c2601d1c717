/** One item of a batch -> the flaw that the API would find in it, if any: its shape first, then the published limits. */
import { LIMITS, type Limits } from '../track/limits.ts';
import { type Bag, type Flaw, invalid, isBag } from './checks.ts';
import { shapeOf } from './shapes.ts';
import { write } from './text.ts';

const ITEM_KILOBYTES = 32;

/** What the open questions are set to. */
export interface Law {
  readonly kilobyte: number;
  readonly anonymousEvents: boolean;
}

/** The first flaw of an item. */
export function flawOf(item: unknown, { kilobyte, anonymousEvents }: Law): Flaw | undefined {
  if (!isBag(item)) return invalid('', 'must be an object');
  const { type, action } = item;
  const check = typeof type === 'string' && typeof action === 'string' ? shapeOf(`${type} ${action}`, anonymousEvents) : undefined;
  if (check === undefined) return invalid(typeof type === 'string' ? 'action' : 'type', 'unknown type or action');
  const size = sizeOf(item);
  if (size === undefined) return invalid('', 'nested too deeply');
  if (size > ITEM_KILOBYTES * kilobyte) return invalid('', `must not be larger than ${ITEM_KILOBYTES} kB`);
  return check(item, '') ?? limitFlaw(item);
}

function sizeOf(value: unknown): number | undefined {
  try {
    return Buffer.byteLength(write(value));
  } catch {
    return undefined;
  }
}

function limitFlaw(item: Bag): Flaw | undefined {
  const limits = item.type === 'object' ? LIMITS.object : 'name' in item ? LIMITS.event : LIMITS.person;
  return (
    idsFlaw(item.identifiers, 'identifiers', limits) ??
    idsFlaw(item.primary, 'primary', limits) ??
    idsFlaw(item.secondary, 'secondary', limits) ??
    overFlaw(item.name, limits.eventNameBytes, 'name', 'name') ??
    bagFlaw(item.attributes, 'attributes', limits) ??
    relationsFlaw(item.cio_relationships, limits)
  );
}

function overFlaw(value: unknown, bytes: number, what: string, field: string): Flaw | undefined {
  if (typeof value !== 'string' || Buffer.byteLength(value) <= bytes) return undefined;
  return invalid(field, `${what} cannot be longer than ${bytes} bytes`);
}

function idsFlaw(ids: unknown, field: string, { identifierBytes }: Limits): Flaw | undefined {
  if (!isBag(ids)) return undefined;
  for (const [name, value] of Object.entries(ids)) {
    const flaw = overFlaw(value, identifierBytes, name, `${field}.${name}`);
    if (flaw) return flaw;
  }
  return undefined;
}

function bagFlaw(attributes: unknown, field: string, limits: Limits): Flaw | undefined {
  if (!isBag(attributes)) return undefined;
  const entries = Object.entries(attributes);
  if (entries.length > limits.attributes) return invalid(field, `cannot have more than ${limits.attributes} attributes`);
  for (const [name, value] of entries) {
    const path = `${field}.${name}`;
    const flaw =
      overFlaw(name, limits.attributeNameBytes, 'property name', path) ??
      overFlaw(value, limits.attributeValueBytes, 'property value', path);
    if (flaw) return flaw;
  }
  return (sizeOf(attributes) ?? 0) > limits.attributesBytes
    ? invalid(field, `cannot be larger than ${limits.attributesBytes} bytes`)
    : undefined;
}

function relationsFlaw(relations: unknown, limits: Limits): Flaw | undefined {
  if (!Array.isArray(relations)) return undefined;
  for (const [index, { identifiers, relationship_attributes: attributes }] of relations.entries()) {
    const field = `cio_relationships[${index}]`;
    const flaw = idsFlaw(identifiers, `${field}.identifiers`, limits) ?? bagFlaw(attributes, `${field}.relationship_attributes`, limits);
    if (flaw) return flaw;
  }
  return undefined;
}
