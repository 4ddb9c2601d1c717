/** The options of validate() and enforceLimits(), and how a command line gives them. */
import { z } from 'zod';
import { clockOption, FLAG, fn, type Given, INTERNAL, readOptions } from '../options.ts';
import { isAttributes } from '../track/known-attributes.ts';
import { LIMIT_LISTS, type LimitKind, type LimitListName, type Limits, limitListOption } from '../track/limits.ts';
import { columnsProblem, targetProblem } from './mapping/column-problems.ts';
import type { Columns } from './mapping/columns.ts';
import { inColumns, type MapColumn } from './mapping/meant-column.ts';

// A z.record() would leave out the name __proto__ without a word.
const columnsOption = z.custom<Columns>(isPlain, 'must be a plain object').superRefine((given, context) => {
  for (const [column, target] of Object.entries(given)) {
    const message = column === '' ? 'the name of a column must not be empty' : targetProblem(target);
    if (message !== undefined) context.addIssue({ code: 'custom', path: [column], message });
  }
});

/** Names that are inherited, or in a Map, would be passed over. */
function isPlain(value: unknown): boolean {
  if (!isAttributes(value)) return false;
  const inherited = Object.getPrototypeOf(value);
  return inherited === null || Object.getPrototypeOf(inherited) === null;
}

/** What validate() takes. */
export const VALIDATE_SHAPE = {
  /** What the rows are: people, events, or operations of the Track API v2 (all 18). */
  object: z.enum(['person_identify', 'person_event', 'entry'], "must be 'person_identify', 'person_event' or 'entry'"),
  /**
   * Which identifier people have: `email`, `id`, `cio_id` or `phone`; `auto` (default) takes the first present of cio_id, id,
   * email, phone. The others that are present become the attributes `id`, `email` and `phone`.
   */
  identifier: z
    .enum(['auto', 'email', 'id', 'cio_id', 'phone'], "must be 'email', 'id', 'cio_id', 'phone' or 'auto'")
    .default('auto')
    .register(FLAG, {
      flag: '--identifier <type>',
      doc: 'what identifies a person; auto: the first of cio_id, id, email and phone that the row has',
    }),
  /**
   * What each column becomes. A record field (`{ 'CRM ID': 'person_id' }`), an attribute under another name (`{ 'Current Plan':
   * 'plan' }`), with a type and a format (`{ Joined: { attribute: 'joined', type: 'time', format: 'DD/MM/YYYY' } }`), or nothing
   * (`{ Notes: false }`). Columns that are named like the record fields need no entry.
   */
  columns: columnsOption.default({}).register(FLAG, {
    flag: '--column <source=target>',
    doc: 'what a column becomes: its attribute, and optionally a type (number, boolean, time) and a format, as in "Joined At"=joined:time:DD/MM/YYYY; Notes= leaves the column out',
    standard: 'an attribute with the name of the column',
    repeat: true,
  }),
  /**
   * What becomes of columns that are not named: `keep` (default) makes them attributes under their own names, `drop` leaves them
   * out, `snake_case` makes `first_name` of `First Name`.
   */
  others: z.enum(['keep', 'drop', 'snake_case']).default('keep'),
  /** Events: one name for all of them, instead of a column `event_name`. */
  event: z.string().optional().register(FLAG, { flag: '--event <name>', doc: 'name for all events of the input' }),
  /** A zod schema of your own. Each record is parsed by it first, and the result is mapped. */
  schema: z
    .custom<z.ZodType>((value) => value instanceof z.ZodType || typeof Reflect.get(Object(value), 'safeParse') === 'function')
    .optional(),
};

/** The closed schema of validate(). */
export const VALIDATE_OPTIONS = z
  .strictObject({
    ...VALIDATE_SHAPE,
    clock: clockOption,
    /** How messages say that a column is mapped to a field. */
    mapColumn: fn<MapColumn>()
      .default(() => inColumns)
      .register(INTERNAL, {}),
  })
  .superRefine((options, context) => {
    const problem = columnsProblem(options);
    if (problem) context.addIssue({ code: 'custom', path: [...problem.path], message: problem.message });
  });

/** The options of validate(), read. Throws `CIO_OPTIONS`. */
export function validateSettings(options: ValidateOptions): z.output<typeof VALIDATE_OPTIONS> {
  return readOptions('validate', VALIDATE_OPTIONS, options);
}

/**
 * Options of {@link validate}.
 *
 * @category Stages
 */
export interface ValidateOptions extends Given<typeof VALIDATE_SHAPE> {}

const limit = z.custom<number>((value) => typeof value === 'number' && value >= 1, 'must be a number from 1 to Infinity').optional();
const limitsOf = (kind: LimitKind) =>
  z.partialRecord(z.enum(Object.keys(LIMIT_LISTS.published[kind]) as (keyof Limits)[]), limit).prefault({});
const OWN_LIMITS = z.strictObject({
  list: limitListOption,
  person: limitsOf('person'),
  object: limitsOf('object'),
  event: limitsOf('event'),
});

/**
 * Some limits of one kind of entry; `Infinity` means no limit.
 *
 * @category Stages
 */
export type SomeLimits = { [Name in keyof Limits]?: Limits[Name] | undefined };

/**
 * Limits of your own, beside those of a list.
 *
 * @category Stages
 */
export interface OwnLimits {
  /** The list that holds for all limits that are not given here. Default `published`. */
  list?: LimitListName | undefined;
  /** Limits of operations on people. */
  person?: SomeLimits | undefined;
  /** Limits of operations on objects. */
  object?: SomeLimits | undefined;
  /** Limits of events. */
  event?: SomeLimits | undefined;
}

const LIMITS_OPTION = z.preprocess(
  (given: LimitListName | OwnLimits) => (typeof given === 'string' ? { list: given } : given),
  OWN_LIMITS.transform(allLimits),
) as z.ZodType<Record<LimitKind, Limits>, LimitListName | OwnLimits>;

/** What enforceLimits() takes. */
export const ENFORCE_LIMITS_SHAPE = {
  /**
   * `published` (default): what Customer.io publishes for each call. `connector`: the stricter list of Airbyte's connector, which
   * also limits the attributes of events. Or limits of your own for each kind of entry, beside one of the lists: `{ list:
   * 'connector', person: { attributes: 500 } }`.
   */
  limits: LIMITS_OPTION.prefault({}),
  /**
   * What happens to an entry over a limit. `reject` (default) rejects the row. `truncate` shortens long values and event names, and
   * leaves out what can't be shortened: attributes with a long name, and those past the allowed number. `drop` leaves out every
   * attribute over a limit. Identifiers are never changed, and an entry that is still too large is rejected.
   */
  onViolation: z.enum(['reject', 'truncate', 'drop']).default('reject').register(FLAG, {
    flag: '--on-violation <what>',
    doc: 'what to do with a row over a limit: reject it, truncate long values, or drop the attributes over it',
  }),
};

/** The closed schema of enforceLimits(). */
export const ENFORCE_LIMITS_OPTIONS = z.strictObject(ENFORCE_LIMITS_SHAPE);

/**
 * Options of {@link enforceLimits}.
 *
 * @category Stages
 */
export interface EnforceLimitsOptions extends Given<typeof ENFORCE_LIMITS_SHAPE> {}

/**
 * What happens to an entry over a limit.
 *
 * @category Stages
 */
export type OnViolation = 'reject' | 'truncate' | 'drop';

/** The limits of a list, and those of the user in their place. */
function allLimits({ list, ...own }: z.output<typeof OWN_LIMITS>): Record<LimitKind, Limits> {
  const withOwn = (kind: LimitKind): Limits => {
    const given = Object.entries(own[kind]).filter(([, value]) => value !== undefined);
    return { ...LIMIT_LISTS[list][kind], ...Object.fromEntries(given) };
  };
  return { person: withOwn('person'), object: withOwn('object'), event: withOwn('event') };
}
