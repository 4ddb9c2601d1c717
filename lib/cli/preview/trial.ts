/**
 * What would become of the rows of a sample: they go through the stages of a run, to a writer that sends nothing. So what it
 * says would be rejected is what a run rejects.
 */
import { Entry, type Warning } from '../../record/entry.ts';
import type { Element } from '../../record/record.ts';
import { reopen } from '../../replay/reopen.ts';
import { type ColumnPlan, planOf, type RecordField } from '../../stage/mapping/columns.ts';
import { snakeCase } from '../../stage/mapping/snake-case.ts';
import { each } from '../../stream/each.ts';
import { trackWriterFor } from '../../write/track-writer.ts';
import { columnsOf, neededColumns } from '../flags/columns.ts';
import type { SendFlags } from '../flags/flags.ts';
import { rowStages } from '../run/row-stages.ts';
import type { Sample } from './sample.ts';
import { type TrialKind, TrialKinds } from './trial-kinds.ts';

/** What would become of the rows. */
export interface Trial {
  readonly rows: number;
  readonly delivered: number;
  readonly skipped: number;
  readonly rejected: readonly TrialKind[];
  readonly warnings: readonly TrialKind[];
  /** Rows about a person that an earlier row is about. */
  readonly repeated: number;
}

const MOST_PEOPLE = 1_000_000;
/** Which value a warning is about. */
const FIELD_OF: Readonly<Partial<Record<Warning, RecordField>>> = {
  odd_email: 'person_email',
  odd_phone: 'person_phone',
  no_timestamp: 'timestamp',
};

/** Runs the rows through the pipeline of `flags`; `names` are the columns of the input. Throws a CioError if it can't be made, or the input fails. */
export async function tryOut(sample: Sample, flags: SendFlags, names: ReadonlySet<string>): Promise<Trial> {
  const columns = columnsOf(flags);
  const plan = planOf(columns.settings);
  const createdAt = columnOf('created_at', plan, names);
  const [rejected, warnings] = [new TrialKinds(), new TrialKinds()];
  const people = new Set<string>();
  let repeated = 0;
  const look = each((element: Element, push) => {
    if (element instanceof Entry) {
      for (const warning of element.warnings ?? []) {
        const field = warning === 'odd_created_at' ? createdAt : plan.fields.get(FIELD_OF[warning] as RecordField);
        warnings.add([warning, field], element.record, element.origin);
      }
      const key = JSON.stringify(element.operation.identifiers);
      if (people.has(key)) repeated++;
      else if (people.size < MOST_PEOPLE) people.add(key);
    }
    push(element);
  });
  const writer = trackWriterFor({ siteId: 'dry-run', apiKey: 'dry-run', dryRun: true, maxRejected: '100%', rejects: rejected.sink() });
  const stages = [reopen(), ...(await rowStages(flags, columns)), look];
  const { failure } = await sample.read(flags, neededColumns(columns, flags.transform), { stages, sink: writer });
  if (failure !== undefined) throw failure;
  const { read: rows, delivered, skipped } = writer.summary;
  const named = rejected.all.map((kind) => (kind.message?.startsWith('has no identifier') ? inputColumns(kind, names) : kind));
  return { rows, delivered, skipped: skipped.total, rejected: named, warnings: warnings.all, repeated };
}

/** The column that becomes an attribute. */
function columnOf(attribute: string, { rules, others }: ColumnPlan, names: ReadonlySet<string>): string {
  const [named] = [...rules].find(([, rule]) => rule.attribute === attribute) ?? [];
  const isOne = (name: string): boolean => !rules.has(name) && (others === 'snake_case' ? snakeCase(name) : name) === attribute;
  return named ?? [...names].find(isOne) ?? attribute;
}

/** Of the columns that may identify, those of the input: the others are only names that it could have had. */
function inputColumns(kind: TrialKind, names: ReadonlySet<string>): TrialKind {
  const own = kind.field?.split(', ').filter((name) => names.has(name)) ?? [];
  return own.length === 0 ? kind : { ...kind, field: own.join(', ') };
}
