/** What the columns of a row say, by its bytes: who it is about, what and when it was, and what becomes of the rest. */
import { RowScanner } from '../../json/row-scanner.ts';
import type { ColumnPlan, ColumnSettings } from '../mapping/columns.ts';
import type { RowIds } from '../row-event-id.ts';
import { RowAttributes } from './row-attributes.ts';
import { ROLES, type RowColumn, rowColumnsOf } from './row-columns.ts';
import { RowEventFields } from './row-event.ts';
import { RowPerson } from './row-person.ts';
import { type RowTime, rowOperationTime } from './row-time.ts';

const NULL = 110;

/** The members of the row that was read last. */
export class RowMembers {
  readonly scanner: RowScanner;
  readonly person: RowPerson;
  readonly attributes: RowAttributes;
  /** Undefined for people. */
  readonly event: RowEventFields | undefined;
  /** Its time; NaN if it has none. */
  seconds = Number.NaN;
  /** True if it is JSON with a column of which the new name is not known. */
  hasUnknown = false;
  readonly #roles: Uint8Array;
  readonly #indexes: Uint8Array;
  readonly #time: RowTime;
  readonly #mustKnowAll: boolean;
  readonly #mustHaveTime: boolean;
  /** Which of the members found is the time. */
  #timeAt = -1;

  /** Undefined if one of the columns has a name that can't be found in bytes. `now`: Unix milliseconds. */
  static of(settings: ColumnSettings, plan: ColumnPlan, now: number, ids: RowIds): RowMembers | undefined {
    const columns = rowColumnsOf(settings, plan);
    const scanner = RowScanner.for(columns.map(({ name }) => name));
    return scanner && new RowMembers(settings, plan, columns, scanner, now, ids);
  }

  private constructor(
    { object, event }: ColumnSettings,
    plan: ColumnPlan,
    columns: readonly RowColumn[],
    scanner: RowScanner,
    now: number,
    ids: RowIds,
  ) {
    this.scanner = scanner;
    this.person = new RowPerson(plan.identity, scanner);
    this.attributes = new RowAttributes(scanner, columns, plan.others !== 'drop', this.person.types, now);
    this.event = object === 'person_event' ? new RowEventFields(event, scanner, ids) : undefined;
    this.#roles = Uint8Array.from(columns, ({ role }) => role);
    this.#indexes = Uint8Array.from(columns, ({ index }) => index);
    this.#time = rowOperationTime(plan.timeFormat, now);
    this.#mustKnowAll = plan.others === 'snake_case';
    this.#mustHaveTime = plan.isTimeNamed;
  }

  /** True if the JSON object from `from` to `to` is ordinary in every respect. */
  read(bytes: Buffer, from: number, to: number): boolean {
    const { scanner, person, attributes, event } = this;
    this.hasUnknown = false;
    if (!scanner.scan(bytes, from, to)) return false;
    this.hasUnknown = this.#mustKnowAll && scanner.found < scanner.members;
    if (this.hasUnknown || !this.#take(bytes) || !person.read(bytes)) return false;
    // Of an identifier with two values nobody knows which is meant, and one that identifies is not removed.
    if ((attributes.set & person.otherBits) !== 0 || (attributes.removed & (1 << person.kind)) !== 0) return false;
    return this.#readTime(bytes) && (event === undefined || event.read(bytes, person, !Number.isNaN(this.seconds)));
  }

  /** Looks at each member that was found; false if one of them is refused. */
  #take(bytes: Buffer): boolean {
    const { scanner, person, attributes, event } = this;
    const { found, which } = scanner;
    person.begin();
    attributes.begin();
    event?.begin();
    this.#timeAt = -1;
    for (let n = 0; n < found; n++) {
      const column = which[n] as number;
      const role = this.#roles[column];
      if (role === ROLES.attribute) {
        if (!attributes.take(bytes, n, column)) return false;
        continue;
      }
      if (role === ROLES.refused) return false;
      attributes.leaveOut(n);
      if (role === ROLES.identifier) person.take(this.#indexes[column] as number, n);
      else if (role === ROLES.timestamp) this.#timeAt = n;
      else if (role === ROLES.eventName) (event as RowEventFields).nameAt = n;
      else if (role === ROLES.eventId) (event as RowEventFields).idAt = n;
    }
    return true;
  }

  /** A row without a time is not ordinary if it should have one: the path of objects makes the warning. */
  #readTime(bytes: Buffer): boolean {
    this.seconds = Number.NaN;
    if (this.#timeAt < 0) return !this.#mustHaveTime;
    const from = this.scanner.valueFrom[this.#timeAt] as number;
    if (bytes[from] === NULL) return !this.#mustHaveTime;
    this.seconds = this.#time.read(bytes, from, this.scanner.valueTo[this.#timeAt] as number);
    return !Number.isNaN(this.seconds);
  }
}
