/**
 * The 18 operations of the Track API v2 and what each needs, as zod schemas over the few fields that the API knows.
 * Attributes are read, never copied. Unknown fields are allowed: the API may know them before we do.
 * Source: the public OpenAPI document (copy of August 2026), also in test/fixtures/.
 */
import { z } from 'zod';
import { plainIssue } from '../wording.ts';
import { identifierFlaw, isTextOrNumber, markFlaw, trimIdentifier } from './identifier.ts';
import { attributeCheck, deviceAttributes, isAttributes, type Problem } from './known-attributes.ts';

export { isAttributes, type Problem };

/** A text that is checked as it will be sent: trimmed. */
const trimmedText = (flawOf: (text: string) => string | undefined): z.ZodType =>
  z.string('must be text').superRefine((value, context) => {
    const flaw = flawOf(trimIdentifier(value));
    if (flaw !== undefined) context.addIssue(flaw);
  });
const text = trimmedText((value) => (value === '' ? 'is empty' : undefined));
const identifier = trimmedText(identifierFlaw);
const bag = z.custom<Record<string, unknown>>(isAttributes, 'must be an object');
const time = z.int('must be Unix seconds').min(0, 'must be Unix seconds');
// An id of blank text is the same as no id.
const idOrBlank = trimmedText((value) => (value === '' ? undefined : identifierFlaw(value)));
const eventName = trimmedText((value) => (value === '' ? 'is empty' : markFlaw(value)));
const numberOrText = z.unknown().superRefine((value, context) => {
  if (!isTextOrNumber(value)) context.addIssue('must be text or a number');
  const flaw = typeof value === 'string' ? identifierFlaw(trimIdentifier(value)) : undefined;
  if (flaw !== undefined) context.addIssue(flaw);
});

const identifierValue: Record<string, z.ZodType> = {
  id: numberOrText,
  email: identifier,
  phone: identifier,
  cio_id: identifier,
  anonymous_id: identifier,
};

/** An object with at least these members. zod alone would take a Date for one. */
function loose(shape: z.ZodRawShape, message = 'must be an object'): z.ZodType {
  return z.custom<Record<string, unknown>>(isAttributes, message).pipe(z.looseObject(shape));
}

/** An object with exactly one of the names, and a value that is allowed there. */
function oneOf(...names: string[]): z.ZodType {
  return bag.superRefine((value, context) => {
    const given = Object.keys(value).filter((name) => value[name] !== undefined);
    const [name] = given;
    if (given.length !== 1 || name === undefined || !names.includes(name)) {
      context.addIssue(`must hold exactly one of ${names.join(', ')}`);
      return;
    }
    const parsed = identifierValue[name]?.safeParse(value[name], { error: plainIssue });
    if (parsed && !parsed.success) context.addIssue({ code: 'custom', path: [name], message: parsed.error.issues[0]?.message ?? '' });
  });
}

const person = oneOf('id', 'email', 'phone', 'cio_id');
const personOrVisitor = oneOf('id', 'email', 'phone', 'cio_id', 'anonymous_id');
const mergeable = oneOf('id', 'email', 'cio_id');
const object = z
  .xor(
    [loose({ cio_object_id: text }), loose({ object_type_id: text, object_id: text })],
    'must hold object_type_id and object_id as text, or cio_object_id',
  )
  .superRefine((value, context) => {
    for (const name of ['cio_object_id', 'object_type_id', 'object_id']) {
      const member = Reflect.get(Object(value), name);
      const flaw = typeof member === 'string' ? identifierFlaw(trimIdentifier(member)) : undefined;
      if (flaw !== undefined) context.addIssue({ code: 'custom', path: [name], message: flaw });
    }
  });
const related = (identifiers: z.ZodType): z.ZodType =>
  z.array(loose({ identifiers, relationship_attributes: bag.optional() }), 'must be a list of relationships');

const event = {
  identifiers: personOrVisitor,
  name: eventName,
  id: idOrBlank.optional(),
  timestamp: time.optional(),
  attributes: bag.optional(),
};
const device = {
  token: identifier,
  platform: z.enum(['ios', 'android'], "must be 'ios' or 'android'"),
  last_used: time.optional(),
  attributes: bag
    .superRefine((value, context) => {
      const problem = deviceAttributes(value, '');
      if (problem) context.addIssue({ code: 'custom', path: problem.field.split('.'), message: problem.message });
    })
    .optional(),
};

const SCHEMAS: Record<string, z.ZodType> = {
  'person identify': z.looseObject({
    identifiers: person,
    attributes: bag.optional(),
    timestamp: time.optional(),
    cio_relationships: related(object).optional(),
  }),
  'person delete': z.looseObject({ identifiers: person }),
  'person event': z.looseObject(event),
  'person page': z.looseObject(event),
  'person screen': z.looseObject(event),
  'person add_relationships': z.looseObject({ identifiers: person, cio_relationships: related(object) }),
  'person delete_relationships': z.looseObject({ identifiers: person, cio_relationships: related(object) }),
  'person add_device': z.looseObject({ identifiers: person, device: loose(device) }),
  'person delete_device': z.looseObject({ identifiers: person, device: loose({ token: identifier }) }),
  'person merge': z.looseObject({ primary: mergeable, secondary: mergeable }),
  'person suppress': z.looseObject({ identifiers: person }),
  'person unsuppress': z.looseObject({ identifiers: person }),
  'object identify': z.looseObject({ identifiers: object, attributes: bag.optional(), cio_relationships: related(person).optional() }),
  'object identify_anonymous': z.looseObject({
    identifiers: object,
    attributes: bag.optional(),
    cio_relationships: related(oneOf('anonymous_id')).optional(),
  }),
  'object delete': z.looseObject({ identifiers: object }),
  'object add_relationships': z.looseObject({ identifiers: object, cio_relationships: related(person) }),
  'object delete_relationships': z.looseObject({ identifiers: object, cio_relationships: related(person) }),
  'delivery event': z.looseObject({
    identifiers: loose({ id: idOrBlank.optional() }),
    name: z.enum(['opened', 'converted', 'delivered'], "must be 'opened', 'converted' or 'delivered'"),
    attributes: loose({ device_token: text }, 'must be an object with device_token'),
  }),
};

/** The 18 operations, as `type action`. */
export const OPERATIONS: readonly string[] = Object.keys(SCHEMAS);

/** What is wrong with `operation`; undefined if it may be sent. */
export function problemOf(operation: Record<string, unknown>): Problem | undefined {
  const { type, action } = operation;
  // An object may fail to become text, so only texts are joined.
  const schema = typeof type === 'string' && typeof action === 'string' ? SCHEMAS[`${type} ${action}`] : undefined;
  if (schema === undefined) return unknownOperation(type);
  const issue = schema.safeParse(operation, { error: plainIssue }).error?.issues[0];
  if (issue) return { field: issue.path.join('.'), message: operation[String(issue.path[0])] === undefined ? 'is missing' : issue.message };
  return operation.attributes === undefined
    ? undefined
    : attributeCheck(`${type} ${action}`)(operation.attributes as Record<string, unknown>, 'attributes');
}

/** True for an operation that Customer.io counts as an event, and which therefore needs an event id. */
export function isEvent(operation: Record<string, unknown>): boolean {
  return operation.type === 'person' && (operation.action === 'event' || operation.action === 'page' || operation.action === 'screen');
}

function unknownOperation(type: unknown): Problem {
  const types = [...new Set(OPERATIONS.map((name) => name.split(' ')[0]))];
  if (typeof type !== 'string' || !types.includes(type)) return { field: 'type', message: `must be one of ${types.join(', ')}` };
  const actions = OPERATIONS.filter((name) => name.startsWith(`${type} `)).map((name) => name.split(' ')[1]);
  return { field: 'action', message: `must be one of ${actions.join(', ')}` };
}
