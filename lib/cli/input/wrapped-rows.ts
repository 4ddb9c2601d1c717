/**
 * Rows whose fields are wrapped in the words of the tool that exported them: mongoexport writes `{"$oid":"..."}`, DynamoDB
 * `{"S":"..."}`. They are valid JSON, so they would be sent as nested attributes. Known by the first row; only the user can
 * say what is meant, so this names the format and never unwraps.
 */
import { isObject } from '../../json/exact.ts';
import type { SourceRecord } from '../../record/record.ts';

const DYNAMODB_TYPES = /^(?:S|N|B|BOOL|NULL|M|L|SS|NS|BS)$/;

/** A format, and how its rows are known. */
interface Wrapping {
  readonly name: string;
  readonly matches: (row: SourceRecord) => boolean;
}

const WRAPPINGS: readonly Wrapping[] = [
  { name: 'MongoDB extended JSON, as mongoexport writes it', matches: (row) => Object.values(row).some(isExtended) },
  { name: 'DynamoDB JSON', matches: (row) => isDynamoDb(row) || (Object.keys(row).length === 1 && isDynamoDb(row.Item)) },
  { name: 'change events of Debezium', matches: ({ payload = {}, ...rest }) => isChange(payload) || isChange(rest) },
  { name: 'hits of Elasticsearch', matches: (row) => Object.hasOwn(row, '_index') && isObject(row._source) },
  { name: 'messages of Airbyte', matches: ({ type, record }) => type === 'RECORD' && isObject(record) && isObject(record.data) },
];

/** What to say of an input that begins with this row, if its fields are wrapped. */
export function wrappedNote(row: SourceRecord, label: string): string | undefined {
  const found = WRAPPINGS.find(({ matches }) => matches(row));
  return (
    found &&
    `warning: the rows of ${label} look like ${found.name}: their fields are sent as they are, nested; unwrap them with --transform`
  );
}

function isExtended(value: unknown): boolean {
  if (!isObject(value)) return false;
  const names = Object.keys(value);
  return names.length > 0 && names.every((name) => /^\$[a-z]\w*$/i.test(name));
}

function isDynamoDb(row: unknown): boolean {
  const values = isObject(row) ? Object.values(row) : [];
  return values.length > 0 && values.every(isTyped);
}

function isTyped(value: unknown): boolean {
  const names = isObject(value) ? Object.keys(value) : [];
  return names.length === 1 && DYNAMODB_TYPES.test(names[0] as string);
}

function isChange(row: unknown): boolean {
  return isObject(row) && typeof row.op === 'string' && Object.hasOwn(row, 'after') && Object.hasOwn(row, 'source');
}
