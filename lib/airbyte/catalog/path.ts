/** Airbyte names a column by the path to it: names from the outside in. */

/** Names that lead to a value. */
export type Path = readonly string[];

/** The value that the path leads to. */
export function valueAt(record: object, path: Path): unknown {
  let value: unknown = record;
  for (const name of path) value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return value;
}

/** False for what says that there is no value. */
export function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}
