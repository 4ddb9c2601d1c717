/**
 * The columns of a Parquet file, each with what writes its values, nested ones included. What the file says of its values is taken
 * away from the schema that hyparquet goes by: it would make doubles of decimals, and cut times to milliseconds.
 */
import type { FileMetaData, SchemaElement, SchemaTree } from 'hyparquet';
import { isListLike, isMapLike } from 'hyparquet/src/schema.js';
import { type CellText, cellText, isTextColumn } from './cell-text.ts';

/** A column at the top of the schema. */
export interface ParquetColumn {
  readonly name: string;
  /** Undefined if its values have no form in JSON. */
  readonly text: CellText | undefined;
  /** What they are. */
  readonly type: string;
}

/** The columns in the order of the schema. */
export function parquetColumns({ children }: SchemaTree): ParquetColumn[] {
  return children.map((tree) => ({ name: tree.element.name, text: valueText(tree), type: typeOf(tree.element) }));
}

/** The schema by which values are read as they are stored; texts are decoded. */
export function storedSchema(schema: FileMetaData['schema']): SchemaElement[] {
  return schema.map((element) => {
    if (element.type === undefined) return element;
    const { converted_type: _converted, logical_type: _logical, ...stored } = element;
    return isTextColumn(element) ? { ...stored, converted_type: 'UTF8' } : stored;
  });
}

function typeOf({ type, converted_type: converted, logical_type: logical }: SchemaElement): string {
  return logical?.type ?? converted ?? type ?? 'a group';
}

/** The value of a cell, null included. */
function valueText(tree: SchemaTree): CellText | undefined {
  const one = singleText(tree);
  // A list without being called one.
  const text = one && tree.element.repetition_type === 'REPEATED' ? listText(one) : one;
  return text && orNull(text);
}

function singleText(tree: SchemaTree): CellText | undefined {
  const { element, children } = tree;
  if (children.length === 0) return cellText(element);
  if (isListLike(tree)) {
    const [repeated] = children as [SchemaTree];
    const [inner = repeated, ...more] = repeated.children;
    const item = singleText(more.length > 0 ? repeated : inner);
    return item && listText(orNull(item));
  }
  if (isMapLike(tree)) return mapText(tree.children[0] as SchemaTree);
  return element.logical_type?.type === 'VARIANT' ? undefined : structText(children);
}

function listText(item: CellText): CellText {
  return (values) => `[${(values as unknown[]).map(item).join(',')}]`;
}

/** A map is an object. Keys that are not texts or whole numbers would not be what they are. */
function mapText({ children: [key, value] }: SchemaTree): CellText | undefined {
  const text = value && valueText(value);
  const isName = key && (isTextColumn(key.element) || /^INT(32|64)$/.test(typeOf(key.element)));
  if (!text || !isName) return undefined;
  return (map) => `{${Object.entries(map as object).map(([name, one]) => `${JSON.stringify(name)}:${text(one)}`)}}`;
}

function structText(children: readonly SchemaTree[]): CellText | undefined {
  const members = children.map((child) => ({ name: child.element.name, text: valueText(child) }));
  if (members.some(({ text }) => text === undefined)) return undefined;
  return (struct) =>
    `{${members.map(({ name, text }) => `${JSON.stringify(name)}:${(text as CellText)((struct as Record<string, unknown>)[name])}`)}}`;
}

function orNull(text: CellText): CellText {
  return (value) => (value === null || value === undefined ? 'null' : text(value));
}
