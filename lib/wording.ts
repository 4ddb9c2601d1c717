/**
 * Text that names options. The library calls them by their names in the code; a command line by its flags, a connector by
 * the keys of its configuration. The text is put together once, and each shell fills in its own names. And amounts as people
 * read them: 1,234 rows, 1 row, 2.5 kB, 1:15. And what zod says of a wrong value, in plain words.
 */
import type { z } from 'zod';

/** A shell's name for an option of a function, or for the function (`path` is empty); undefined if it has none. */
export type NameOf = (of: string, path: string) => string | undefined;

/** A name inside a text. */
interface Name {
  /** What is named. A prefix is the function that refuses its options, at the beginning of a text. */
  readonly kind: 'option' | 'function' | 'prefix';
  readonly of: string;
  /** The option's path, such as `s3.region`; empty for the function itself. */
  readonly path: string;
  /** What the library says. */
  readonly own: string;
  /** What stands behind the name of a shell. */
  readonly after: string;
}

type Part = string | Name;

/** The text. As a string it has the library's names. */
export class Wording {
  readonly parts: readonly Part[];

  constructor(parts: readonly Part[]) {
    this.parts = parts;
  }

  /** With the names of a shell. It leaves out a prefix before an option that it has a name for. */
  in(nameOf: NameOf): string {
    const named = (part: Part | undefined): string | undefined => (typeof part === 'object' ? nameOf(part.of, part.path) : undefined);
    const texts = this.parts.map((part, at) => {
      if (typeof part === 'string') return part;
      if (part.kind === 'prefix' && named(this.parts[at + 1]) !== undefined) return '';
      const name = named(part);
      return name === undefined ? part.own : name + part.after;
    });
    return texts.join('');
  }

  toString(): string {
    return this.in(() => undefined);
  }

  /** The option that it names first, and its function; or else the function that refuses. */
  get details(): ErrorDetails {
    const ofKind = (kind: Name['kind']) => this.parts.find((part) => typeof part === 'object' && part.kind === kind) as Name | undefined;
    const { of, path } = ofKind('option') ?? ofKind('prefix') ?? {};
    return { ...(of !== undefined && { function: of }), ...(path && { option: path }) };
  }
}

/** A text with or without such names. */
export type Text = string | Wording;

/**
 * What an error is about, for programs.
 *
 * @category Errors
 */
export interface ErrorDetails {
  /** The function whose option it is, such as `rejectWriter`. */
  readonly function?: string | undefined;
  /** The path of the option, such as `rollMs` or `s3.region`. */
  readonly option?: string | undefined;
}

/** Puts a text together; a text inside it keeps its names. */
export function say(strings: readonly string[], ...values: readonly (Part | Wording | number)[]): Wording {
  const parts = strings.flatMap((text, at) => {
    const value = values[at] ?? '';
    return [text, ...(value instanceof Wording ? value.parts : [typeof value === 'number' ? String(value) : value])];
  });
  return new Wording(parts.filter((part) => part !== ''));
}

/** Texts with `separator` between them. */
export function joinTexts(texts: readonly Text[], separator: string): Wording {
  return texts.reduce<Wording>((all, text, at) => say`${all}${at === 0 ? '' : separator}${text}`, say``);
}

/** An option in a sentence, and a value of it that is meant. `path` is as it stands in the code: `giveUpMs`, `encoding: 'utf-16le'`. */
export function option(of: string, path: string, value?: string): Name {
  const [own, after] = value === undefined ? [path, ''] : [`${path}: '${value}'`, ` ${value}`];
  return { kind: 'option', of, path, own, after };
}

/** An option that has something wrong, before a colon. */
export function wrongOption(of: string, path: string): Name {
  return { kind: 'option', of, path, own: `option "${path}"`, after: '' };
}

/** What a function is given as its argument, before a colon. */
export function argumentOf(of: string): Wording {
  return new Wording([{ kind: 'option', of, path: '', own: of, after: '' }]);
}

/** A function in a sentence. */
export function functionName(of: string): Name {
  return { kind: 'function', of, path: '', own: `${of}()`, after: '' };
}

/** The function whose options are refused, before all else that is said. */
export function refusedBy(of: string): Name {
  return { kind: 'prefix', of, path: '', own: `${of}: `, after: ': ' };
}

/** 1234567 -> 1,234,567. */
export function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 1 });
}

/** 2 -> 2 objects. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/** 2500 -> 2.5 kB. */
export function size(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`;
  if (bytes < 1e6) return `${number(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${number(bytes / 1e6)} MB` : `${number(bytes / 1e9)} GB`;
}

/** 75 -> 1:15. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), Math.floor(seconds % 60)];
  const clock = `${String(minutes).padStart(hours > 0 ? 2 : 1, '0')}:${String(rest).padStart(2, '0')}`;
  return hours > 0 ? `${hours}:${clock}` : clock;
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'must be text',
  number: 'must be a number',
  int: 'must be a whole number',
  boolean: 'must be true or false',
  array: 'must be a list',
  object: 'must be an object',
  record: 'must be an object',
};

/**
 * zod's issue in the words of this package: "must be a whole number", not "Invalid input: expected int, received number". For
 * `safeParse(value, { error: plainIssue })`: a schema's own message counts before it. The value is never repeated.
 */
export function plainIssue(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing';
      return EXPECTED[issue.expected] ?? `must be ${/^[aeiou]/i.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
    case 'invalid_value':
      return issue.input === undefined ? 'is missing' : `must be ${alternatives(issue.values.map((value) => `'${String(value)}'`))}`;
    case 'too_small':
      return issue.origin === 'number' ? `must be ${issue.minimum} or more` : 'must not be empty';
    case 'too_big':
      return issue.origin === 'number' ? `must be ${issue.maximum} or less` : 'is too long';
    default:
      return 'is not valid';
  }
}

function alternatives(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`;
}
