/**
 * The places of identifiers in an operation: `identifiers`, both sides of a merge, relationships, the token of a device, and
 * the attributes by which Customer.io gives a person another identifier. Objects that the operation shares with its record
 * are copied before they are changed.
 */
import type { Warning } from '../record/entry.ts';
import { identifierFlaw, isOddEmail, isOddPhone, isTextOrNumber, markFlaw, trimIdentifier } from './identifier.ts';
import { isAttributes, isEvent, type Problem } from './operation.ts';

type Body = Record<string, unknown>;

/** Trims the identifiers of an operation and the name of an event, before they are checked. */
export function trimOperation(operation: Body): void {
  for (const name of ['identifiers', 'primary', 'secondary']) {
    if (isAttributes(operation[name])) operation[name] = trimIdentifiers(operation[name] as Body);
  }
  if (isAttributes(operation.device)) operation.device = trimMembers(operation.device as Body, ['token']);
  if (isEvent(operation) && typeof operation.name === 'string') operation.name = trimIdentifier(operation.name);
  const relations = operation.cio_relationships;
  if (Array.isArray(relations)) operation.cio_relationships = relations.map(trimRelation);
}

function trimRelation(relation: unknown): unknown {
  if (!isAttributes(relation) || !isAttributes((relation as Body).identifiers)) return relation;
  const { identifiers } = relation as { identifiers: Body };
  const trimmed = trimIdentifiers(identifiers);
  return trimmed === identifiers ? relation : { ...(relation as Body), identifiers: trimmed };
}

const PERSON = ['cio_id', 'id', 'email', 'phone', 'anonymous_id'];

/** Trims each, and removes an empty one if another one identifies the person. */
function trimIdentifiers(bag: Body): Body {
  const trimmed = trimMembers(bag, Object.keys(bag));
  const empty = Object.keys(trimmed).filter((name) => PERSON.includes(name) && isEmpty(trimmed[name]));
  if (empty.length === 0 || !PERSON.some((name) => trimmed[name] !== undefined && !isEmpty(trimmed[name]))) return trimmed;
  return Object.fromEntries(Object.entries(trimmed).filter(([name]) => !empty.includes(name)));
}

/** A copy with trimmed texts; the bag itself if nothing changes. */
function trimMembers(bag: Body, names: readonly string[]): Body {
  let trimmed: Body | undefined;
  for (const name of names) {
    const value = bag[name];
    const text = typeof value === 'string' ? trimIdentifier(value) : value;
    if (text === value) continue;
    trimmed ??= { ...bag };
    trimmed[name] = text;
  }
  return trimmed ?? bag;
}

/** An attribute that sets an identifier: what is wrong with a trimmed text, and with a value that is not text. */
interface IdentifierAttribute {
  readonly name: string;
  readonly flawOf: (text: string) => string | undefined;
  readonly wrongKind: (value: unknown) => string | undefined;
}

/** A phone number may be any value: for most users it is only an attribute. */
const IDENTIFIER_ATTRIBUTES: readonly IdentifierAttribute[] = [
  { name: 'id', flawOf: identifierFlaw, wrongKind: (value) => (isTextOrNumber(value) ? undefined : 'must be text or a number') },
  { name: 'email', flawOf: identifierFlaw, wrongKind: () => 'must be text' },
  { name: 'phone', flawOf: markFlaw, wrongKind: () => undefined },
];

/**
 * Trims the attributes of a person by which Customer.io sets an identifier, and returns what is wrong with the first one
 * that identifies nobody. null and an empty text are allowed: they ask Customer.io to remove the identifier.
 */
export function trimIdentifierAttributes(operation: Body): Problem | undefined {
  // Objects have no attributes that set identifiers.
  if (operation.action !== 'identify' || operation.type !== 'person') return undefined;
  for (const { name, flawOf, wrongKind } of IDENTIFIER_ATTRIBUTES) {
    const attributes = operation.attributes as Body | undefined;
    const value = attributes?.[name];
    if (value === undefined || value === null || value === '') continue;
    const text = typeof value === 'string' ? trimIdentifier(value) : value;
    const message = typeof text === 'string' ? text && flawOf(text) : wrongKind(text);
    if (message) return { field: name, message };
    // Blank text does not ask for removal, so the attribute is left out.
    if (text !== value) operation.attributes = { ...attributes, [name]: text === '' ? undefined : text };
  }
  return undefined;
}

/** Warnings about identifiers that are sent as they are. */
export function oddIdentifiers(operation: Body): Warning[] {
  const warnings: Warning[] = [];
  if (someIs(operation, 'email', isOddEmail) || isOdd(setByIdentify(operation), 'email', isOddEmail)) warnings.push('odd_email');
  if (someIs(operation, 'phone', isOddPhone)) warnings.push('odd_phone');
  if (removesIdentifier(setByIdentify(operation))) warnings.push('identifier_removed');
  return warnings;
}

/** The attributes that may set identifiers: those of an object or an event don't. */
function setByIdentify({ type, action, attributes }: Body): Body | undefined {
  return action === 'identify' && type === 'person' ? (attributes as Body | undefined) : undefined;
}

function removesIdentifier(attributes: Body | undefined): boolean {
  return attributes !== undefined && (isEmpty(attributes.id) || isEmpty(attributes.email));
}

/** True for a value that removes an attribute. */
function isEmpty(value: unknown): boolean {
  return value === null || value === '';
}

function someIs(
  { identifiers, primary, secondary, cio_relationships: relations }: Body,
  name: string,
  is: (text: string) => boolean,
): boolean {
  if (isOdd(identifiers, name, is) || isOdd(primary, name, is) || isOdd(secondary, name, is)) return true;
  return Array.isArray(relations) && relations.some((relation) => isOdd(Object(relation).identifiers, name, is));
}

function isOdd(bag: unknown, name: string, is: (text: string) => boolean): boolean {
  const value = (bag as Body | undefined | null)?.[name];
  return typeof value === 'string' && value !== '' && is(value);
}
