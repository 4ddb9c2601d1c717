/** The 18 operations and what each must hold [the public OpenAPI document of the Track API, copy of August 2026]. */
import { anyText, bag, type Check, each, identifiedBy, oneOf, optional, shape, text, textOrNumber, unixSeconds } from './checks.ts';

const people = [{ id: textOrNumber }, { email: text }, { cio_id: text }];
const person = identifiedBy(...people, { phone: text });
const visitor = identifiedBy(...people, { phone: text }, { anonymous_id: text });
const mergeable = identifiedBy(...people);
const thing = identifiedBy({ object_type_id: text, object_id: text }, { cio_object_id: text });
const related = (identifiers: Check): Check => each(shape({ identifiers, relationship_attributes: optional(bag) }));
const event = { identifiers: person, name: text, id: optional(anyText), timestamp: optional(unixSeconds), attributes: optional(bag) };
const device = shape({ token: text, platform: oneOf('ios', 'android'), last_used: optional(unixSeconds), attributes: optional(bag) });

const SHAPES: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  'person identify': {
    identifiers: person,
    attributes: optional(bag),
    timestamp: optional(unixSeconds),
    cio_relationships: optional(related(thing)),
  },
  'person delete': { identifiers: person },
  'person event': event,
  'person page': event,
  'person screen': event,
  'person add_relationships': { identifiers: person, cio_relationships: related(thing) },
  'person delete_relationships': { identifiers: person, cio_relationships: related(thing) },
  'person add_device': { identifiers: person, device },
  'person delete_device': { identifiers: person, device: shape({ token: text }) },
  'person merge': { primary: mergeable, secondary: mergeable },
  'person suppress': { identifiers: person },
  'person unsuppress': { identifiers: person },
  'object identify': { identifiers: thing, attributes: optional(bag), cio_relationships: optional(related(person)) },
  'object identify_anonymous': {
    identifiers: thing,
    attributes: optional(bag),
    cio_relationships: optional(related(shape({ anonymous_id: text }))),
  },
  'object delete': { identifiers: thing },
  'object add_relationships': { identifiers: thing, cio_relationships: related(person) },
  'object delete_relationships': { identifiers: thing, cio_relationships: related(person) },
  'delivery event': {
    identifiers: shape({ id: optional(anyText) }),
    name: oneOf('opened', 'converted', 'delivered'),
    attributes: shape({ device_token: text }),
  },
};

const EVENTS = ['person event', 'person page', 'person screen'];

/** The check of one operation, by `type action`; with `anonymous` an event may be a visitor's. */
export function shapeOf(name: string, anonymous: boolean): Check | undefined {
  const fields = Object.hasOwn(SHAPES, name) ? SHAPES[name] : undefined;
  if (fields === undefined) return undefined;
  return shape(anonymous && EVENTS.includes(name) ? { ...fields, identifiers: visitor } : fields);
}
