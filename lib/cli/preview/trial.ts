/**
 * What would become of the rows of a sample: they go through the stages of a run, to a writer that sends nothing. So what it
 * says would be rejected is what a run rejects.
 */
import { Writable } from 'node:stream';
import { GroupedCount } from '../../grouped-count.ts';
import { Entry, type Warning } from '../../record/entry.ts';
import { type Origin, originOf } from '../../record/origin.ts';
import type { Element } from '../../record/record.ts';
import type { Rejection } from '../../record/rejection.ts';
import { reopen } from '../../replay/reopen.ts';
import { enforceLimits } from '../../stage/enforce-limits.ts';
import { planOf, type RecordField } from '../../stage/mapping/columns.ts';
import { validate } from '../../stage/validate.ts';
import { each } from '../../stream/each.ts';
import { trackWriter } from '../../write/track-writer.ts';
import { columnsOf, neededColumns } from '../flags/columns.ts';
import type { SendFlags } from '../flags/flags.ts';
import { ownLimits } from '../flags/limit-flag.ts';
import { transformStages } from '../input/transform.ts';
import { shortExample } from './columns/column-profile.ts';
import type { Sample } from './sample.ts';

/** Rows that are rejected, or sent with a warning, for one reason. */
export interface TrialKind {
  readonly reason: string;
  readonly field?: string | undefined;
  readonly message?: string | undefined;
  readonly rows: number;
  readonly examples: readonly TrialExample[];
}

/** A row of a kind. */
export interface TrialExample {
  readonly line?: number | undefined;
  /** The beginning of the value that is wrong, or of the row. */
  readonly value?: string | undefined;
}

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

const MOST_KINDS = 100;
const MOST_EXAMPLES = 2;
const MOST_PEOPLE = 1_000_000;
/** Which value a warning is about. */
const FIELD_OF: Readonly<Partial<Record<Warning, RecordField>>> = { odd_email: 'person_email', odd_phone: 'person_phone' };

type Kept = Omit<TrialKind, 'rows' | 'examples'> & { readonly examples: TrialExample[] };

/** Runs the rows through the pipeline of `flags`. Throws a CioError if it can't be made, or the input fails. */
export async function tryOut(sample: Sample, flags: SendFlags): Promise<Trial> {
  const columns = columnsOf(flags);
  const fields = planOf(columns.settings).fields;
  const [rejected, warnings] = [new GroupedCount<Kept>(MOST_KINDS), new GroupedCount<Kept>(MOST_KINDS)];
  const people = new Set<string>();
  let repeated = 0;
  const look = each((element: Element, push) => {
    if (element instanceof Entry) {
      for (const warning of element.warnings ?? []) {
        const field = warning === 'odd_created_at' ? 'created_at' : fields.get(FIELD_OF[warning] as RecordField);
        addTo(warnings, [warning, field], element.record, element.origin);
      }
      const key = JSON.stringify(element.operation.identifiers);
      if (people.has(key)) repeated++;
      else if (people.size < MOST_PEOPLE) people.add(key);
    }
    push(element);
  });
  const writer = trackWriter({ siteId: 'dry-run', apiKey: 'dry-run', dryRun: true, maxRejected: '100%', rejects: sinkOf(rejected) });
  const { onViolation, transform, limits, limit } = flags;
  const limiter = enforceLimits({ onViolation, limits: ownLimits(limits, limit) });
  const stages = [reopen(), ...(await transformStages(transform)), validate(columns.settings), limiter, look];
  const failure = await sample.read(flags, neededColumns(columns, transform), { stages, sink: writer });
  if (failure !== undefined) throw failure;
  const { read: rows, delivered, skipped } = writer.summary;
  return { rows, delivered, skipped: skipped.total, rejected: kindsOf(rejected), warnings: kindsOf(warnings), repeated };
}

function kindsOf(counts: GroupedCount<Kept>): TrialKind[] {
  return counts.all.map(({ records, ...kind }) => ({ ...kind, rows: records }));
}

function sinkOf(counts: GroupedCount<Kept>): Writable & { flush(): Promise<void> } {
  const writable = new Writable({
    objectMode: true,
    write: ({ cause, record, origin, bytes }: Rejection, _encoding, callback) => {
      addTo(counts, [cause.reason, cause.field, cause.message], record, origin, bytes);
      callback();
    },
  });
  return Object.assign(writable, { flush: async () => {} });
}

function addTo(
  counts: GroupedCount<Kept>,
  names: readonly (string | undefined)[],
  record: unknown,
  origin: Origin | undefined,
  bytes?: Buffer,
): void {
  const kind = counts.add(names, ([reason = '', field, message]) => ({ reason, field, message, examples: [] }));
  if (kind === undefined || kind.examples.length >= MOST_EXAMPLES) return;
  const field = names[1];
  const wrong = field === undefined ? undefined : Object(record)[field];
  const value = wrong ?? (record === undefined ? (origin?.raw ?? bytes?.toString('latin1')) : undefined);
  const line = (origin ?? originOf(record))?.line;
  kind.examples.push({ line, ...(value !== undefined && value !== null && { value: shortExample(String(value)) }) });
}
