/** The tables of docs/airbyte.md: what the connector's `spec` says of its configuration, field by field. */
import { connectorSpec } from '../../lib/airbyte/config/spec.ts';

/** A property of the JSON schema. */
interface Property {
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly oneOf?: readonly Property[];
}

const STORAGE = 'object_storage_config';

/** A row for each field: its path, its default, what it means. */
type Row = readonly [name: string, standard: string, meaning: string];

/** All fields but those inside the object storage. */
export function configurationRows(): Row[] {
  return rowsOf(schema()).filter(([name]) => !name.startsWith(`\`${STORAGE}.`));
}

/** The fields of the object storage, each once. */
export function storageRows(): Row[] {
  const { oneOf = [] } = schema().properties?.[STORAGE] ?? {};
  const rows = new Map<string, Row>([
    ['', ['`storage_type`, required', '', `Where to store them. One of ${oneOf.map(kindOf).join(', ')}.`]],
  ]);
  for (const each of oneOf) for (const row of rowsOf(each)) if (row[0] !== '`storage_type`') rows.set(row[0], row);
  return [...rows.values()];
}

function schema(): Property {
  return (connectorSpec() as { connectionSpecification: Property }).connectionSpecification;
}

function kindOf({ properties = {} }: Property): string {
  return `\`${properties.storage_type?.const}\``;
}

function rowsOf({ properties = {} }: Property, path = ''): Row[] {
  return Object.entries(properties).flatMap(([name, property]): Row[] => {
    const full = `${path}${name}`;
    const { description = '', enum: values = [], default: standard, oneOf, properties: inner } = property;
    if (inner !== undefined) return rowsOf(property, `${full}.`);
    if (oneOf !== undefined && name !== STORAGE) return choiceRows(full, property, oneOf);
    return [rowOf(full, standard, description, values)];
  });
}

/** Of a choice between objects: the field that tells them apart, and what else they have. */
function choiceRows(path: string, { description = '', default: standard }: Property, options: readonly Property[]): Row[] {
  const rows = new Map<string, Row>();
  for (const { properties = {} } of options) {
    for (const [name, property] of Object.entries(properties)) {
      const full = `${path}.${name}`;
      const isKind = property.const !== undefined;
      const values = isKind ? options.map((option) => option.properties?.[name]?.const ?? '') : (property.enum ?? []);
      const own = isKind ? Reflect.get(Object(standard), name) : property.default;
      rows.set(full, rowOf(full, own, isKind ? description : (property.description ?? ''), values));
    }
  }
  return [...rows.values()];
}

/** The names that templates may hold are in the text of the page. */
function rowOf(path: string, standard: unknown, description: string, values: readonly string[]): Row {
  const listed = values.length === 0 ? '' : ` One of ${values.map((each) => `\`${each}\``).join(', ')}.`;
  const own = standard === undefined || standard === '' ? '' : `\`${standard}\``;
  return [`\`${path}\``, own, `${description.replace(/ Variables: .*/, '')}${listed}`];
}
