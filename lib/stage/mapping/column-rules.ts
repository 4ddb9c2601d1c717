/**
 * What becomes of the columns that are attributes: another name, a type, or nothing. Compiled once per validate(); the
 * record itself stays as it came. Nothing is lost in silence: two columns for one attribute, or a value that is not of its
 * type, cost the row.
 */
import type { Problem } from '../../track/operation.ts';
import type { ColumnPlan } from './columns.ts';
import { type Convert, converterOf } from './conversion.ts';
import { snakeCase } from './snake-case.ts';

type Bag = Record<string, unknown>;

/** Names are kept so that each is made once; rows with ever new columns must not fill the memory. */
const MAX_NAMES = 10_000;

/** The rules, ready for rows. */
export interface ColumnRules {
  /** Shapes the attributes of an operation, which must be its own. It is undefined if there is nothing to do. */
  readonly shape: ((operation: Bag) => Problem | undefined) | undefined;
  /** The column of a record that an attribute, or a path inside it, comes from. */
  columnOf(path: string, record: object): string;
}

/** Compiles a plan. `now`: Unix milliseconds. */
export function columnRules(plan: ColumnPlan, now: number): ColumnRules {
  const named = [...plan.rules];
  const conversions = named.flatMap(([column, { conversion }]) => (conversion ? [[column, converterOf(conversion, now)] as const] : []));
  const nameOf = naming(plan);
  const renames = plan.others !== 'keep' || named.some(([column, { attribute }]) => attribute !== column);
  return {
    shape:
      conversions.length === 0 && !renames
        ? undefined
        : (operation) => {
            const attributes = operation.attributes as Bag;
            const problem = convertAll(attributes, conversions);
            if (problem !== undefined || !renames) return problem;
            return renameAll(attributes, nameOf, operation);
          },
    columnOf: (path, record) => {
      const isOf = (name: string | undefined): boolean => name !== undefined && (path === name || path.startsWith(`${name}.`));
      const column = named.find(([, { attribute }]) => isOf(attribute))?.[0] ?? Object.keys(record).find((key) => isOf(nameOf(key).name));
      return column === undefined ? path : column + path.slice(nameOf(column).name?.length);
    },
  };
}

/** What a column is called as an attribute; no name is for a column that is left out. */
interface Naming {
  readonly name: string | undefined;
  readonly problem?: string;
}

/** What to say of a column that would be called `name` by itself. */
export function fieldInSnakeCase(name: string): string {
  return `in snake case is ${name}, which is a record field here: say what the column is`;
}

function naming({ rules, others, fields }: ColumnPlan): (column: string) => Naming {
  const named = new Map([...rules].map(([column, { attribute }]) => [column, { name: attribute } satisfies Naming]));
  const found = new Map<string, Naming>();
  const columns = new Set(fields.values());
  const other = (column: string): Naming => {
    if (others !== 'snake_case') return { name: others === 'keep' ? column : undefined };
    const name = snakeCase(column);
    // Under that name it would have been more than an attribute.
    return columns.has(name) ? { name, problem: fieldInSnakeCase(name) } : { name };
  };
  return (column) => {
    const known = named.get(column) ?? found.get(column);
    if (known !== undefined) return known;
    if (found.size >= MAX_NAMES) found.clear();
    const made = other(column);
    found.set(column, made);
    return made;
  };
}

function convertAll(attributes: Bag, conversions: readonly (readonly [string, Convert])[]): Problem | undefined {
  for (const [column, convert] of conversions) {
    if (!has(attributes, column)) continue;
    const value = attributes[column];
    // They remove an attribute.
    if (value === null || value === '') continue;
    const converted = convert(value);
    if (typeof converted === 'string') return { field: column, message: converted };
    attributes[column] = converted;
  }
  return undefined;
}

function renameAll(attributes: Bag, nameOf: (column: string) => Naming, operation: Bag): Problem | undefined {
  const renamed: Bag = {};
  for (const column of Object.keys(attributes)) {
    const value = attributes[column];
    // undefined is not written: it must not take the place of a value either.
    if (value === undefined) continue;
    const { name, problem } = nameOf(column);
    if (problem !== undefined) return { field: column, message: problem };
    if (name === undefined) continue;
    if (Object.hasOwn(renamed, name)) return collision(attributes, column, name, nameOf);
    if (name === '__proto__') Object.defineProperty(renamed, name, { value, enumerable: true, configurable: true, writable: true });
    else renamed[name] = value;
  }
  operation.attributes = renamed;
  return undefined;
}

/** Said of the column that has another name than the attribute. */
function collision(attributes: Bag, later: string, name: string, nameOf: (column: string) => Naming): Problem {
  const isSame = (column: string): boolean => column !== later && attributes[column] !== undefined && nameOf(column).name === name;
  const earlier = Object.keys(attributes).find(isSame) ?? name;
  const [column, other] = later === name ? [earlier, later] : [later, earlier];
  return {
    field: column,
    message: `becomes ${name}, and so does the column ${other} of the record: give one of them another name, or leave it out`,
  };
}

/** A name like constructor is inherited by every object. */
function has(attributes: Bag, name: string): boolean {
  return Object.hasOwn(attributes, name) && attributes[name] !== undefined;
}
