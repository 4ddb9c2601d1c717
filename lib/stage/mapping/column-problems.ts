/**
 * What is wrong with the options that say what columns are, found before a row is read: a target that is none, two columns
 * for one target, a record field that rows of this kind do not have, an unknown type or format.
 */
import leven from 'leven';
import { unknownName } from '../../options.ts';
import { markFlaw, trimIdentifier } from '../../track/identifier.ts';
import { isAttributes } from '../../track/operation.ts';
import { fieldInSnakeCase } from './column-rules.ts';
import { type ColumnPlan, type ColumnSettings, isRecordField, type NamedTarget, planOf, RECORD_FIELDS, targetsOf } from './columns.ts';
import { conversionProblem } from './conversion.ts';

/** A mistake in the options. */
export interface ColumnsProblem {
  /** The option, and below `columns` the column. */
  readonly path: readonly string[];
  readonly message: string;
}

const DETAILS = ['attribute', 'field', 'type', 'format'];

/** What is wrong with a value that should be a target, if anything. */
export function targetProblem(target: unknown): string | undefined {
  if (target === false) return undefined;
  if (typeof target === 'string') return target === '' ? 'must not be empty (false leaves the column out)' : undefined;
  if (!isAttributes(target)) return 'must be a name, an object with attribute, field, type and format, or false';
  for (const [name, value] of Object.entries(target as object)) {
    if (!DETAILS.includes(name)) return unknownName('option', name, DETAILS);
    if (value !== undefined && (typeof value !== 'string' || value === '')) return `${name} must be a text that is not empty`;
  }
  const { attribute, field, type, format } = target as Partial<Record<string, string>>;
  if (field !== undefined && !isRecordField(field)) return unknownName('record field', field, RECORD_FIELDS);
  if (field !== undefined && attribute !== undefined) return 'must be an attribute or a record field, not both';
  const isTime = field === 'timestamp' && format !== undefined;
  if (type === undefined && !isTime) return format === undefined ? undefined : 'a format needs a type: number or time';
  return conversionProblem(type ?? 'time', format);
}

/** The first mistake in options whose targets have none by themselves. */
export function columnsProblem(settings: ColumnSettings): ColumnsProblem | undefined {
  const { object, identifier, columns, others, event } = settings;
  const targets = targetsOf(columns);
  if (object === 'entry') {
    const isPlain = identifier === 'auto' && others === 'keep' && event === undefined && targets.length === 0;
    const message = "identifier, columns, others and event have no effect with object 'entry': its rows are operations already";
    return isPlain ? undefined : { path: [], message };
  }
  const plan = planOf(settings);
  const readByName = planOf({ ...settings, columns: {} }).fields;
  for (const target of targets) {
    const isShort = typeof columns[target.column] === 'string';
    const message =
      fieldProblem(target, settings) ??
      typeProblem(target, plan) ??
      snakeProblem(target, plan) ??
      (isShort ? likelySlip(target, (name) => isRecordField(name) && readByName.has(name)) : undefined);
    if (message !== undefined) return { path: ['columns', target.column], message };
  }
  return eventProblem(settings) ?? sharedTarget(targets, plan) ?? missingField(settings, plan);
}

function fieldProblem({ field }: NamedTarget, { object, event }: ColumnSettings): string | undefined {
  if (object === 'person_identify' && (field === 'event_name' || field === 'event_id')) {
    return `people have no ${field}: if it is an attribute, say ${asAttribute(field)}`;
  }
  return field === 'event_name' && event !== undefined
    ? 'the option event (--event) already names all events: leave one of the two out'
    : undefined;
}

function typeProblem({ column, type, format }: NamedTarget, { fields }: ColumnPlan): string | undefined {
  const [field] = [...fields].find(([, name]) => name === column) ?? [];
  if (field === undefined || (type === undefined && format === undefined)) return undefined;
  if (field !== 'timestamp') return `${field} has no type: it is sent as it is`;
  return type === undefined || type === 'time' ? undefined : 'timestamp is a time';
}

/** A column that keeps its name, in snake case, must not become what looks like a record field. */
function snakeProblem({ column, attribute }: NamedTarget, { rules, fields }: ColumnPlan): string | undefined {
  const name = attribute === undefined ? rules.get(column)?.attribute : undefined;
  return name !== undefined && name !== column && [...fields.values()].includes(name) ? fieldInSnakeCase(name) : undefined;
}

/** A short target that is probably meant otherwise: both sides mixed up, or a record field in another spelling. */
function likelySlip({ column, attribute }: NamedTarget, isReadByName: (name: string) => boolean): string | undefined {
  if (attribute === undefined) return undefined;
  if (!isReadByName(column)) return unlikelyName(attribute);
  return `is a record field: did you mean "${attribute}" -> ${column}? If a column of that name becomes an attribute, say ${asAttribute(attribute)}`;
}

/** White space at the ends, and what is not printed. */
const UNSEEN = /^\s|\s$|\p{Cc}/u;

/** What to say of the name of an attribute that is hardly meant so: almost that of a record field, or with what nobody sees. */
export function unlikelyName(name: string): string | undefined {
  if (UNSEEN.test(name)) {
    return `the name of the attribute has white space around it or an invisible character in it: if you mean that, say ${asAttribute(name)}`;
  }
  if (name === 'false')
    return `is the text "false": to leave the column out, say false (--column ...=); if it is an attribute, say ${asAttribute(name)}`;
  const field = RECORD_FIELDS.find((known) => isAlmost(name.toLowerCase(), known));
  return field && `did you mean the record field ${field}? If "${name}" is an attribute, say ${asAttribute(name)}`;
}

/** One letter is other, missing or too many, or letters have changed places. */
function isAlmost(one: string, other: string): boolean {
  return leven(one, other) <= 1 || [...one].sort().join() === [...other].sort().join();
}

function asAttribute(name: string): string {
  return `{ attribute: '${name}' } (--column ...=${name}:attribute)`;
}

function eventProblem({ object, event }: ColumnSettings): ColumnsProblem | undefined {
  if (event === undefined) return undefined;
  const name = trimIdentifier(event);
  const problem = name === '' ? 'is empty' : markFlaw(name);
  const message = object === 'person_event' ? problem : 'only rows of events take it';
  return message === undefined ? undefined : { path: ['event'], message };
}

function sharedTarget(targets: readonly NamedTarget[], { rules }: ColumnPlan): ColumnsProblem | undefined {
  const owners = new Map<string, string>();
  for (const { column, field } of targets) {
    const { attribute } = rules.get(column) ?? {};
    const target = field ?? (attribute === undefined ? undefined : `the attribute ${attribute}`);
    if (target === undefined) continue;
    const owner = owners.get(target);
    if (owner !== undefined) return { path: ['columns', column], message: `becomes ${target}, and so does "${owner}"` };
    owners.set(target, column);
  }
  return undefined;
}

function missingField({ object, identifier, event }: ColumnSettings, { identity, fields }: ColumnPlan): ColumnsProblem | undefined {
  const missing = (what: string): ColumnsProblem => ({ path: ['columns'], message: `no column is left that holds ${what}` });
  if (identity.identifying.length === 0) return missing(identifier === 'auto' ? 'an identifier' : `person_${identifier}`);
  return object === 'person_event' && event === undefined && !fields.has('event_name') ? missing('event_name') : undefined;
}
