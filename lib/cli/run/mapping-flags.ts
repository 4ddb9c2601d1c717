/**
 * The flags that say how rows are mapped <-> what is kept of them beside rejected rows, as a config has it. Whatever a file says
 * is checked like a config. Flags of a replay override single parts.
 */
import { CioError } from '../../errors.ts';
import { KeptMapping } from '../../record/kept-mapping.ts';
import { configOf, configOptions } from '../config/config-options.ts';
import { FIELD_FLAGS } from '../flags/columns.ts';
import { dashed, defaultOf } from '../flags/flag.ts';
import { type ColumnFlags, MAPPING, OBJECTS, type PipelineFlags, type RowKind } from '../flags/flags.ts';
import { WrongValue } from '../flags/read-value.ts';
import { columnFlag } from '../flags/texts/column-flag.ts';

export type KeptFlags = ColumnFlags & Pick<PipelineFlags, 'transform' | 'limits' | 'limit' | 'onViolation'>;

/** Flags that name one column. */
const COLUMNS = Object.keys(FIELD_FLAGS).map((name) => dashed(name).slice(2));
/** Flags that are of use instead of one another. */
const INSTEAD: Readonly<Record<string, string>> = {
  'snake-case': 'drop-others',
  'drop-others': 'snake-case',
  name: 'event',
  event: 'name',
};

/** What is kept of the flags of a run: those that differ from their defaults. */
export function mappingOfFlags(flags: KeptFlags): KeptMapping {
  const [kind] = Object.entries(OBJECTS).find(([, object]) => object === flags.object) as [RowKind, string];
  return new KeptMapping(kind, configOf(flags, MAPPING[kind]));
}

/** The flags that a kept mapping stands for. Throws `CIO_SOURCE`, which names `where` it is kept. */
export function flagsOfMapping({ command, config }: KeptMapping, where: string): KeptFlags {
  const wrong = (why: string): CioError =>
    new CioError(
      'CIO_SOURCE',
      `${where} does not say how rows were mapped: ${why}`,
      undefined,
      'Give --as and the flags of the first run.',
    );
  if (!Object.hasOwn(MAPPING, command)) throw wrong(`${command} is not a kind of rows`);
  const kind = command as RowKind;
  const options = configOptions(MAPPING[kind]);
  const unknown = Object.keys(config).find((name) => !options.some(({ key }) => key === name));
  if (unknown !== undefined) throw wrong(`--${unknown} is not a flag of ${kind} that maps rows`);
  const flags = options.map(({ key, attribute, field, read }) => {
    try {
      return [attribute, Object.hasOwn(config, key) ? read(config[key]) : defaultOf(field)] as const;
    } catch (error) {
      if (!(error instanceof WrongValue)) throw error;
      throw wrong(`--${key} ${error.message}`);
    }
  });
  return { ...Object.fromEntries(flags), object: OBJECTS[kind] } as KeptFlags;
}

/**
 * The mapping with the flags that were `given`, by the names that they have in `flags`. A flag that names a column takes the place
 * of what the mapping says of that column. Throws `CIO_OPTIONS` for a flag that such rows do not have.
 */
export function overridden(kept: KeptMapping, flags: object, given: ReadonlySet<string>): KeptMapping {
  const kind = kept.command as RowKind;
  const ours = configOptions(MAPPING[kind]);
  const foreign = configOptions(MAPPING.events).find(({ key, attribute }) => given.has(attribute) && !ours.some((one) => one.key === key));
  if (foreign) {
    const message = `--${foreign.key} has no effect on rows of ${kind}, and some of the rejected rows are ${kind}`;
    throw new CioError('CIO_OPTIONS', `${message}: replay them by themselves, or give --as`);
  }
  let config: Record<string, unknown> = { ...kept.config };
  for (const { key, attribute, write } of ours)
    if (given.has(attribute)) config = withFlag(config, key, write(Reflect.get(flags, attribute)));
  return new KeptMapping(kind, config);
}

function withFlag(config: Record<string, unknown>, key: string, value: unknown): Record<string, unknown> {
  const merged = { ...config };
  delete merged[INSTEAD[key] ?? ''];
  if (key === 'limit')
    merged.limit = [...without(config.limit, (text) => (value as string[]).some((own) => isOf(own, text))), ...(value as string[])];
  else if (key === 'column') {
    const sources = (value as string[]).map((text) => columnFlag(text).column);
    merged.column = [...columnsBut(config, sources), ...(value as string[])];
    for (const flag of COLUMNS) if (sources.includes(merged[flag] as string)) delete merged[flag];
  } else {
    if (COLUMNS.includes(key)) {
      const others = columnsBut(config, [value as string]);
      if (Array.isArray(config.column)) merged.column = others;
      for (const flag of COLUMNS) if (merged[flag] === value) delete merged[flag];
    }
    merged[key] = value;
  }
  return merged;
}

function columnsBut(config: Record<string, unknown>, sources: readonly string[]): string[] {
  return without(config.column, (text) => sources.includes(columnFlag(text).column));
}

function without(texts: unknown, isGone: (text: string) => boolean): string[] {
  return (Array.isArray(texts) ? (texts as string[]) : []).filter((text) => !isGone(text));
}

/** Whether two texts are of one limit. */
function isOf(a: string, b: string): boolean {
  return a.split('=')[0] === b.split('=')[0];
}
