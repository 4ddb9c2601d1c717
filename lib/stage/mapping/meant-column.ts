/**
 * A row that lacks a field may have it in a column of another name. Its rejection then names that column, and says how to map it.
 * Only rows that are rejected come here. A column is named only if it looks like a name: without a header row it is a cell.
 */
import { nearest } from '../../options.ts';
import { isPlainName } from '../../printable.ts';
import type { SourceRecord } from '../../record/record.ts';
import type { ColumnSettings } from './columns.ts';
import type { LackedField } from './identity.ts';

/** Says how a column is mapped to a record field: in code, or by a flag. */
export type MapColumn = (column: string, field: string) => string;

/** How it is said to who writes code. */
export const inColumns: MapColumn = (column, field) =>
  `map it with columns: { ${/^[A-Za-z_$][\w$]*$/.test(column) ? column : `'${column}'`}: '${field}' }`;

/** Names that columns of a field usually have, without what separates words. */
const USUAL: Readonly<Record<string, readonly string[]>> = {
  person_email: ['email', 'emailaddress', 'mail', 'personemail'],
  person_id: ['id', 'customerid', 'userid', 'personid'],
  person_cio_id: ['cioid', 'personcioid'],
  person_phone: ['phone', 'phonenumber', 'personphone'],
  event_name: ['event', 'eventname', 'name'],
};
/** In a table of events it is the id of the event. */
const OF_EVENTS = 'id';

/** What ends the message of a row that lacks one of these fields; nothing if no column may be meant. */
export function meantColumn({ columns, object }: ColumnSettings, mapColumn: MapColumn) {
  const canBeMeant = (name: string): boolean => isPlainName(name) && !Object.hasOwn(columns, name);
  const named = new NearNames();
  return (lacked: readonly LackedField[], row: SourceRecord): string => {
    const has = (name: string): boolean => row[name] !== undefined && row[name] !== null && row[name] !== '' && canBeMeant(name);
    const names = Object.keys(row);
    for (const { field, column } of lacked) {
      if (Object.hasOwn(row, column)) continue;
      const near = column === field ? undefined : named.near(column, names.filter(canBeMeant));
      if (near !== undefined && has(near)) return `; did you mean "${near}"?`;
      const usual = names.find((name) => isUsual(name, field, object === 'person_event') && has(name));
      if (usual !== undefined) return `; the row has "${usual}": if that is it, ${mapColumn(usual, field)}`;
    }
    return '';
  };
}

function isUsual(name: string, field: string, isEvent: boolean): boolean {
  const plain = name.toLowerCase().replace(/[^a-z]/g, '');
  return (USUAL[field]?.includes(plain) ?? false) && !(isEvent && plain === OF_EVENTS);
}

/** The nearest name: asked once for rows that have the same columns. */
class NearNames {
  readonly #found = new Map<string, { readonly of: string; readonly near: string | undefined }>();

  near(column: string, names: readonly string[]): string | undefined {
    const of = names.join('\n');
    let found = this.#found.get(column);
    if (found?.of !== of) {
      found = { of, near: nearest(column, names) };
      this.#found.set(column, found);
    }
    return found.near;
  }
}
