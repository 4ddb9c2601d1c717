/**
 * The sandbox's own validation of the 18 operations, as strict as the API's public schema, written without the client's.
 * Beyond the schema: identifiers that it forgets to require are required, an empty identifier or name counts as
 * missing, a person's id may be a number. Formats (ULID, email) are notes in the schema and refuse nothing.
 */
import { isLosslessNumber } from 'lossless-json';
import { invalid, type RefusedItem, required } from './refusal.ts';

/** An object of the item, once it was checked. */
export type JsonObject = Record<string, unknown>;

type Check = (value: unknown, field: string) => RefusedItem | undefined;

const text: Check = (value, field) => (typeof value === 'string' ? undefined : invalid(field, 'must be a string'));
const word: Check = (value, field) =>
  text(value, field) ?? ((value as string).trim() === '' ? required(field, 'cannot be blank') : undefined);
const flag: Check = (value, field) => (typeof value === 'boolean' ? undefined : invalid(field, 'must be a boolean'));
const integer: Check = (value, field) =>
  Number.isInteger(value) || (isLosslessNumber(value) && Number.isInteger(Number(value.value)))
    ? undefined
    : invalid(field, 'must be an integer');
const idValue: Check = (value, field) => {
  if (typeof value === 'number' || isLosslessNumber(value)) return undefined;
  return typeof value === 'string' ? word(value, field) : invalid(field, 'must be a string or a number');
};

function among(...words: string[]): Check {
  return (value, field) => (words.includes(value as string) ? undefined : invalid(field, `must be one of ${words.join(', ')}`));
}

function list(item: Check): Check {
  return (value, field) => {
    if (!Array.isArray(value)) return invalid(field, 'must be an array');
    return first(value, (one, index) => item(one, `${field}[${index}]`));
  };
}

/** An object with these members, those named with ? only if there; `others` checks all further ones. */
function object(members: Record<string, Check> = {}, others?: Check): Check {
  const named = Object.entries(members).map(([name, check]) => ({ name: name.replace('?', ''), check, isOptional: name.endsWith('?') }));
  const names = new Set(named.map(({ name }) => name));
  return (value, field) => {
    if (!isJsonObject(value)) return invalid(field, 'must be an object');
    const path = (name: string): string => (field === '' ? name : `${field}.${name}`);
    return (
      first(named, ({ name, check, isOptional }) => {
        const member = Object.hasOwn(value, name) ? value[name] : undefined;
        if (member === undefined) return isOptional ? undefined : required(path(name));
        return member === null && !isOptional ? required(path(name)) : check(member, path(name));
      }) ??
      (others && first(Object.keys(value), (name) => (names.has(name) ? undefined : others(value[name], path(name)))))
    );
  };
}

/** Exactly one of the members. One that is null isn't there. */
function exactlyOne(members: Record<string, Check>): Check {
  const names = Object.keys(members);
  return (value, field) => {
    if (!isJsonObject(value)) return invalid(field, 'must be an object');
    const given = names.filter((name) => Object.hasOwn(value, name) && value[name] !== null);
    const [name] = given;
    if (name === undefined) return required(field, `must have one of ${names.join(', ')}`);
    if (given.length > 1) return invalid(field, `must have exactly one of ${names.join(', ')}`);
    return members[name]?.(value[name], `${field}.${name}`);
  };
}

/** Either the pair or the id that Customer.io gave. */
const objectIds: Check = (value, field) => {
  if (!isJsonObject(value)) return invalid(field, 'must be an object');
  const has = (name: string): boolean => value[name] !== undefined && value[name] !== null;
  const hasPair = has('object_type_id') && has('object_id');
  if (hasPair && has('cio_object_id')) return invalid(field, 'must have either object_type_id and object_id, or cio_object_id');
  if (has('cio_object_id')) return word(value.cio_object_id, `${field}.cio_object_id`);
  if (!hasPair) return required(field, 'must have object_type_id and object_id, or cio_object_id');
  return word(value.object_type_id, `${field}.object_type_id`) ?? word(value.object_id, `${field}.object_id`);
};

const person = exactlyOne({ id: idValue, email: word, phone: word, cio_id: word });
const personOrVisitor = exactlyOne({ id: idValue, email: word, phone: word, cio_id: word, anonymous_id: word });
const knownPerson = exactlyOne({ id: idValue, email: word, cio_id: word });
const visitor = exactlyOne({ anonymous_id: word });

const related = (identifiers: Check): Check => list(object({ identifiers, 'relationship_attributes?': object() }));
const personAttributes = object({
  'cio_subscription_preferences?': object({ 'topics?': object({}, flag) }),
  '_update?': flag,
});
const pageAttributes = object({
  'path?': text,
  'referrer?': text,
  'search?': text,
  'title?': text,
  'url?': text,
  'keywords?': list(text),
});
const eventAttributes = object({ 'recipient?': text, 'from_address?': text, 'reply_to?': text });
const device = object({
  token: word,
  platform: among('ios', 'android'),
  'last_used?': integer,
  'attributes?': object({ '_last_status?': among('', 'bounced', 'sent', 'suppressed'), 'push_enabled?': among('true', 'false') }, text),
});

/** What each operation must hold beside type and action. */
function shapes(eventPerson: Check): Map<string, Check> {
  const event = (attributes: Check): Check =>
    object({ identifiers: eventPerson, name: word, 'id?': text, 'timestamp?': integer, 'attributes?': attributes });
  const relate = (whose: Check, whom: Check): Check => object({ identifiers: whose, cio_relationships: related(whom) });
  return new Map([
    [
      'person identify',
      object({ identifiers: person, 'timestamp?': integer, 'attributes?': personAttributes, 'cio_relationships?': related(objectIds) }),
    ],
    ['person delete', object({ identifiers: person })],
    ['person event', event(eventAttributes)],
    ['person page', event(pageAttributes)],
    ['person screen', event(object())],
    ['person add_relationships', relate(person, objectIds)],
    ['person delete_relationships', relate(person, objectIds)],
    ['person add_device', object({ identifiers: person, device })],
    ['person delete_device', object({ identifiers: person, device: object({ token: word }) })],
    ['person merge', object({ primary: knownPerson, secondary: knownPerson })],
    ['person suppress', object({ identifiers: person })],
    ['person unsuppress', object({ identifiers: person })],
    ['object identify', object({ identifiers: objectIds, 'attributes?': object(), 'cio_relationships?': related(knownPerson) })],
    ['object identify_anonymous', object({ identifiers: objectIds, 'attributes?': object(), 'cio_relationships?': related(visitor) })],
    ['object delete', object({ identifiers: objectIds })],
    ['object add_relationships', relate(objectIds, knownPerson)],
    ['object delete_relationships', relate(objectIds, knownPerson)],
    [
      'delivery event',
      object({
        identifiers: object({ 'id?': text }),
        name: among('opened', 'converted', 'delivered'),
        attributes: object({ device_token: text }),
      }),
    ],
  ]);
}

const withVisitors = shapes(personOrVisitor);
const withoutVisitors = shapes(person);

/** What is wrong with an item, if anything. `anonymousEvents`: events may name a visitor. */
export function validateOperation(item: unknown, anonymousEvents: boolean): RefusedItem | undefined {
  if (!isJsonObject(item)) return invalid('', 'must be an object');
  if (item.type === undefined) return required('type');
  if (item.action === undefined) return required('action');
  const known = anonymousEvents ? withVisitors : withoutVisitors;
  const shape = typeof item.type === 'string' && typeof item.action === 'string' ? known.get(`${item.type} ${item.action}`) : undefined;
  if (shape) return shape(item, '');
  const isType = [...known.keys()].some((name) => name.split(' ')[0] === item.type);
  return isType ? invalid('action', `is unknown for type ${item.type}`) : invalid('type', 'must be one of person, object, delivery');
}

/** True for a JSON object. */
function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}

function first<T>(values: readonly T[], check: (value: T, index: number) => RefusedItem | undefined): RefusedItem | undefined {
  for (const [index, value] of values.entries()) {
    const refusal = check(value, index);
    if (refusal) return refusal;
  }
  return undefined;
}
