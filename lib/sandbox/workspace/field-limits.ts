/**
 * The limits of an item that has the right shape, counted in bytes of UTF-8, in the API's own words. The
 * numbers are those of track/limits. The limits of all attributes together are out of reach inside 32 kB.
 */
import type { LimitList, Limits } from '../../track/limits.ts';
import { invalid, type RefusedItem } from './refusal.ts';
import type { JsonObject } from './validate-operation.ts';

/** The first limit of `list` that the item breaks. `text` is the item as it came. */
export function overLimit(item: JsonObject, text: string, list: LimitList, entryBytes: number): RefusedItem | undefined {
  if (Buffer.byteLength(text) > entryBytes) return invalid('', `cannot be larger than ${entryBytes} bytes`);
  const limits = limitsOf(item, list);
  return (
    identifiers(item, limits) ??
    (isLonger(item.name, limits.eventNameBytes) ? invalid('name', `cannot be longer than ${limits.eventNameBytes} bytes`) : undefined) ??
    attributes('attributes', item.attributes, limits) ??
    relationships(item.cio_relationships, limits)
  );
}

function limitsOf({ type, action }: JsonObject, list: LimitList): Readonly<Limits> {
  if (type === 'object') return list.object;
  return type === 'delivery' || ['event', 'page', 'screen'].includes(String(action)) ? list.event : list.person;
}

function identifiers(item: JsonObject, limits: Limits): RefusedItem | undefined {
  for (const field of ['identifiers', 'primary', 'secondary']) {
    const refusal = names(field, item[field], limits);
    if (refusal) return refusal;
  }
  return undefined;
}

function names(field: string, ids: unknown, { identifierBytes }: Limits): RefusedItem | undefined {
  for (const [name, value] of Object.entries((ids ?? {}) as JsonObject))
    if (isLonger(value, identifierBytes)) return invalid(`${field}.${name}`, `cannot be longer than ${identifierBytes} bytes`);
  return undefined;
}

function attributes(field: string, bag: unknown, limits: Limits): RefusedItem | undefined {
  const entries = Object.entries((bag ?? {}) as JsonObject);
  if (entries.length > limits.attributes) return invalid(field, `cannot have more than ${limits.attributes} properties`);
  for (const [name, value] of entries) {
    const longest = isLonger(name, limits.attributeNameBytes) ? 'name' : isLonger(value, limits.attributeValueBytes) ? 'value' : undefined;
    const bytes = longest === 'name' ? limits.attributeNameBytes : limits.attributeValueBytes;
    if (longest) return invalid(`${field}.${name}`, `property ${longest} cannot be longer than ${bytes} bytes`);
  }
  return undefined;
}

function relationships(list: unknown, limits: Limits): RefusedItem | undefined {
  for (const [index, relation] of ((list ?? []) as JsonObject[]).entries()) {
    const field = `cio_relationships[${index}]`;
    const refusal =
      names(`${field}.identifiers`, relation.identifiers, limits) ??
      attributes(`${field}.relationship_attributes`, relation.relationship_attributes, limits);
    if (refusal) return refusal;
  }
  return undefined;
}

function isLonger(value: unknown, bytes: number): boolean {
  return typeof value === 'string' && Buffer.byteLength(value) > bytes;
}
