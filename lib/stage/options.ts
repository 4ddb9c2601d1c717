/** The options of validate(), read and checked together. */
import { z } from 'zod';
import { type Clock, systemClock } from '../clock.ts';
import { isAttributes } from '../track/operation.ts';
import { columnsProblem, targetProblem } from './mapping/column-problems.ts';
import type { ColumnSettings, Columns, ObjectKind, OtherColumns } from './mapping/columns.ts';
import type { Identifier } from './mapping/identity.ts';

/** Options of {@link validate}. */
export interface ValidateOptions {
  /** What the rows are: people, events, or Track API v2 operations (all 18). */
  object: ObjectKind;
  /**
   * Which identifier people have: `email`, `id`, `cio_id`, `phone`; `auto` (default) takes the first present of cio_id, id,
   * email, phone. The others that are present become the attributes `id`, `email` and `phone`.
   */
  identifier?: Identifier | undefined;
  /**
   * Column of the source -> what it becomes. A record field (`{ 'CRM ID': 'person_id' }`), an attribute of another name
   * (`{ 'Current Plan': 'plan' }`), with a type and a format
   * (`{ Joined: { attribute: 'joined', type: 'time', format: 'DD/MM/YYYY' } }`), or nothing (`{ Notes: false }`). Columns
   * that are named like the record fields need no entry.
   */
  columns?: Columns | undefined;
  /**
   * What becomes of columns that are not named: `keep` (default) makes them attributes under their own names, `drop` leaves
   * them out, `snake_case` makes `first_name` of `First Name`.
   */
  others?: OtherColumns | undefined;
  /** Events: what all of them are called, in place of a column `event_name`. */
  event?: string | undefined;
  /** A zod schema of your own, run on the record first. What it gives is mapped. */
  schema?: z.ZodType | undefined;
}

// A z.record() would leave out the name __proto__ without a word.
const columns = z.custom<Columns>(isAttributes, 'must be an object').superRefine((given, context) => {
  for (const [column, target] of Object.entries(given)) {
    const message = column === '' ? 'the name of a column must not be empty' : targetProblem(target);
    if (message !== undefined) context.addIssue({ code: 'custom', path: [column], message });
  }
});

export const VALIDATE_OPTIONS: z.ZodObject = z
  .strictObject({
    object: z.enum(['person_identify', 'person_event', 'entry'], "must be 'person_identify', 'person_event' or 'entry'"),
    identifier: z.enum(['email', 'id', 'cio_id', 'phone', 'auto'], "must be 'email', 'id', 'cio_id', 'phone' or 'auto'").default('auto'),
    columns: columns.default({}),
    others: z.enum(['keep', 'drop', 'snake_case'], "must be 'keep', 'drop' or 'snake_case'").default('keep'),
    event: z.string().optional(),
    schema: z
      .custom<z.ZodType>((value) => value instanceof z.ZodType || typeof Reflect.get(Object(value), 'safeParse') === 'function')
      .optional(),
    clock: z.custom<Clock>().default(systemClock),
  })
  .superRefine((options, context) => {
    const problem = columnsProblem(options as ValidateSettings);
    if (problem) context.addIssue({ code: 'custom', path: [...problem.path], message: problem.message });
  });

/** The options, with their defaults. */
export interface ValidateSettings extends ColumnSettings {
  readonly schema: z.ZodType | undefined;
  readonly clock: Clock;
}
