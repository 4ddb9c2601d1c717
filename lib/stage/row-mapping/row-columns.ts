/**
 * The plan of `columns`, as what to look for in the bytes of a row: the columns that hold record fields, those that change
 * on their way, and those that the API or Customer.io gives a meaning. All others are copied without being looked at.
 */
import type { ColumnPlan, ColumnSettings } from '../mapping/columns.ts';
import type { Conversion } from '../mapping/conversion.ts';
import { IDENTIFIER_TYPES } from '../mapping/identity.ts';

/** What a column is. A row with a `refused` one is left to the mapping of records. */
export const ROLES = { refused: 0, identifier: 1, eventName: 2, eventId: 3, timestamp: 4, attribute: 5, leftOut: 6 } as const;

/** What has to be true of the value of an attribute. */
export const CHECKS = { none: 0, text: 1, flag: 2, createdAt: 3, id: 4, email: 5, phone: 6, cioId: 7 } as const;

/** A column to look for. */
export interface RowColumn {
  readonly name: string;
  readonly role: number;
  /** Which of the columns of identifiers. */
  readonly index: number;
  /** The attribute that it becomes, and whether it has another name or another value then. */
  readonly attribute: string;
  readonly isRewritten: boolean;
  readonly check: number;
  readonly conversion: Conversion | undefined;
}

const OF_PEOPLE = new Map<string, number>(
  Object.entries({
    ...{ id: CHECKS.id, email: CHECKS.email, phone: CHECKS.phone, cio_id: CHECKS.cioId },
    ...{ created_at: CHECKS.createdAt, _update: CHECKS.flag },
  }),
);
const OF_EVENTS = new Map<string, number>(['recipient', 'from_address', 'reply_to'].map((name) => [name, CHECKS.text]));
const FIELD_ROLES = [
  ['event_name', ROLES.eventName],
  ['event_id', ROLES.eventId],
  ['timestamp', ROLES.timestamp],
] as const;
/** They are rare, and their values are objects. */
const REFUSED = ['cio_subscription_preferences', '__proto__'];

/** The columns to look for, by their names. */
export function rowColumnsOf({ object, event }: ColumnSettings, plan: ColumnPlan): RowColumn[] {
  const { identity, fields, rules, others } = plan;
  const columns = new Map<string, RowColumn>();
  const add = (name: string, role: number, more: Partial<RowColumn> = {}): void => {
    const none = { index: 0, attribute: name, isRewritten: false, check: CHECKS.none, conversion: undefined };
    if (!columns.has(name)) columns.set(name, { ...none, name, role, ...more });
  };
  const checks = object === 'person_event' ? OF_EVENTS : OF_PEOPLE;
  const addAttribute = (name: string, attribute: string, conversion?: Conversion): void => {
    const check = checks.get(attribute) ?? CHECKS.none;
    const isSure = conversion === undefined || check === CHECKS.none || check === CHECKS.createdAt;
    const isRewritten = attribute !== name || conversion !== undefined || others === 'drop';
    const role = isSure && !REFUSED.includes(attribute) ? ROLES.attribute : ROLES.refused;
    add(name, role, { attribute, isRewritten, check, conversion });
  };
  [...identity.identifying, ...identity.further].forEach(({ column }, index) => {
    add(column, ROLES.identifier, { index });
  });
  for (const [field, role] of FIELD_ROLES) {
    const column = fields.get(field);
    if (column !== undefined && !(role === ROLES.eventName && event !== undefined)) add(column, role);
  }
  const unsure = others === 'snake_case' ? doubtfulNames(plan) : [];
  for (const [column, { attribute, conversion }] of rules) {
    if (attribute === undefined) add(column, ROLES.leftOut);
    else if (unsure.includes(attribute)) add(column, ROLES.refused);
    else addAttribute(column, attribute, conversion);
  }
  if (others === 'drop') return [...columns.values()];
  // A column that is not named, and has the name of an attribute that another one becomes.
  for (const { attribute } of rules.values()) if (attribute !== undefined) add(attribute, ROLES.refused);
  for (const name of [...checks.keys(), ...IDENTIFIER_TYPES, ...REFUSED]) addAttribute(name, name);
  return [...columns.values()];
}

/** Names in snake case that several columns have, or a record field. */
function doubtfulNames({ rules, fields }: ColumnPlan): (string | undefined)[] {
  const names = [...rules.values()].map(({ attribute }) => attribute);
  return [...names.filter((name, index) => names.indexOf(name) !== index), ...fields.values()];
}
