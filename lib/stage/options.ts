/** The options of validate() and enforceLimits(), and how a command line gives them. */
import { z } from 'zod';
import { clockOption, FLAG, type Given } from '../options.ts';
import { LIMIT_LISTS, type LimitKind, type LimitListName, type Limits, limitListOption } from '../track/limits.ts';
import { columnRulesProblem, SHAPE_OPTIONS } from './column-rules.ts';
import { RECORD_FIELDS, usedColumns } from './mapping.ts';

/** What validate() takes. */
export const VALIDATE_SHAPE = {
  /** What the rows are: people, events, or Track API v2 operations (all 18). */
  object: z
    .enum(['person_identify', 'person_event', 'entry'], "must be 'person_identify', 'person_event' or 'entry'")
    .register(FLAG, { flag: '--object <kind>', doc: 'what a row is' }),
  /**
   * Which identifier people have: `person_email`, `person_id` ...; `auto` (default) takes the first present of cio_id, id,
   * email, phone. The others that are present become the attributes `id`, `email` and `phone`.
   */
  identifier: z
    .enum(['auto', 'email', 'id', 'cio_id', 'phone'], "must be 'email', 'id', 'cio_id', 'phone' or 'auto'")
    .default('auto')
    .register(FLAG, { flag: '--identifier <type>', doc: 'what identifies a person' }),
  /** Record field -> column of the source, for example `{ person_email: 'Email' }`. `timestamp` orders updates of people. */
  fields: z
    .partialRecord(z.enum(RECORD_FIELDS), z.string().min(1))
    .default({})
    .register(FLAG, {
      flag: '--map <field=column>',
      doc: `which column holds a record field: ${RECORD_FIELDS.join(', ')}`,
      standard: 'columns are named like the fields',
      repeat: true,
    }),
  /** Attribute -> column of the source, for example `{ email: 'E-Mail' }`: other columns become attributes under their own names. */
  rename: SHAPE_OPTIONS.rename.register(FLAG, {
    flag: '--rename <attribute=column>',
    doc: 'the attribute that a column becomes, for example email="E-Mail Address"',
    standard: 'the name of the column',
    repeat: true,
  }),
  /**
   * Column of the source -> what its text becomes as an attribute: `number`, `boolean` or `time` (Unix seconds), for numbers and
   * times also with the format that they have, for example `{ created_at: 'time', joined: 'time:DD/MM/YYYY', spent: 'number:1.234,56' }`.
   * The column of `timestamp` may be given the format of its times. null and an empty text stay.
   */
  convert: SHAPE_OPTIONS.convert.register(FLAG, {
    flag: '--convert <column=type>',
    doc: 'what the text of a column becomes: number, boolean, time (Unix seconds), or with its format number:1.234,56 or time:DD/MM/YYYY',
    standard: 'values go as they are',
    repeat: true,
  }),
  /** A zod schema of your own, run on the record first; what it gives goes on. */
  schema: z
    .custom<z.ZodType>((value) => value instanceof z.ZodType || typeof Reflect.get(Object(value), 'safeParse') === 'function')
    .optional(),
};

/** The closed schema of validate(). */
export const VALIDATE_OPTIONS = z
  .strictObject({ ...VALIDATE_SHAPE, clock: clockOption })
  .superRefine(({ object, identifier, fields, rename, convert }, context) => {
    if (object !== 'entry') {
      const flaw = columnRulesProblem({ rename, convert }, usedColumns(object, identifier, fields));
      if (flaw) context.addIssue({ code: 'custom', path: [flaw.option], message: flaw.message });
    } else if (identifier !== 'auto' || [fields, rename, convert].some((names) => Object.keys(names).length > 0)) {
      context.addIssue("identifier, fields, rename and convert have no effect with object 'entry': its rows are operations already");
    }
  });

/** Options of {@link validate}. */
export interface ValidateOptions extends Given<typeof VALIDATE_SHAPE> {}

/** Those with their defaults. */
export type ValidateSettings = z.output<typeof VALIDATE_OPTIONS>;

const limit = z.custom<number>((value) => typeof value === 'number' && value >= 1, 'must be a number from 1 to Infinity').optional();
const limitsOf = (kind: LimitKind) =>
  z.partialRecord(z.enum(Object.keys(LIMIT_LISTS.published[kind]) as (keyof Limits)[]), limit).prefault({});
const OWN_LIMITS = z.strictObject({
  list: limitListOption,
  person: limitsOf('person'),
  object: limitsOf('object'),
  event: limitsOf('event'),
});

/** Limits that differ from those of a list, which is `published` if none is named. */
export type OwnLimits = z.input<typeof OWN_LIMITS>;

/** What enforceLimits() takes. */
export const ENFORCE_LIMITS_SHAPE = {
  /**
   * `published` (default): what Customer.io publishes for each call. `connector`: the stricter list of Airbyte's connector,
   * which limits the attributes of events, too. Or limits of your own, per kind of entry, beside one of the lists:
   * `{ list: 'connector', person: { attributes: 500 } }`.
   */
  limits: z
    .preprocess(
      (given: LimitListName | OwnLimits) => (typeof given === 'string' ? { list: given } : given),
      OWN_LIMITS.transform(allLimits),
    )
    .prefault({}),
  /**
   * `reject` (default) hands the record back. `truncate` shortens long values and event names, and leaves out what
   * can't be shortened: attributes with a long name, and those past the allowed number. `drop` leaves out every
   * attribute at fault. Identifiers are never changed, and an entry that is still too large is rejected.
   */
  onViolation: z
    .enum(['reject', 'truncate', 'drop'], "must be 'reject', 'truncate' or 'drop'")
    .default('reject')
    .register(FLAG, { flag: '--on-violation <what>', doc: 'what to do with an entry over a limit' }),
};

/** The closed schema of enforceLimits(). */
export const ENFORCE_LIMITS_OPTIONS = z.strictObject(ENFORCE_LIMITS_SHAPE);

/** Options of {@link enforceLimits}. */
export interface EnforceLimitsOptions extends Given<typeof ENFORCE_LIMITS_SHAPE> {}

/** What happens to an entry over a limit. */
export type OnViolation = z.output<typeof ENFORCE_LIMITS_SHAPE.onViolation>;

/** The limits of a list, and those of the user in their place. */
function allLimits({ list, ...own }: z.output<typeof OWN_LIMITS>): Record<LimitKind, Limits> {
  const withOwn = (kind: LimitKind): Limits => {
    const given = Object.entries(own[kind]).filter(([, value]) => value !== undefined);
    return { ...LIMIT_LISTS[list][kind], ...Object.fromEntries(given) };
  };
  return { person: withOwn('person'), object: withOwn('object'), event: withOwn('event') };
}
