/**
 * Text that names options. The library calls them by their names in the code; a command line by its flags, a connector by
 * the keys of its configuration. The text is put together once, and each shell fills in its own names.
 */

/** A shell's name for an option of a function, or for the function (`path` is empty); undefined if it has none. */
export type NameOf = (of: string, path: string) => string | undefined;

type Part = string | OptionName | FunctionName | FunctionPrefix;

/** An option, by the function that takes it and its path, such as `s3.region`. */
class OptionName {
  readonly of: string;
  readonly path: string;
  readonly #text: string;
  readonly #value: string;

  constructor(of: string, path: string, text: string, value = '') {
    this.of = of;
    this.path = path;
    this.#text = text;
    this.#value = value;
  }

  in(nameOf: NameOf): string {
    const name = nameOf(this.of, this.path);
    return name === undefined ? this.#text : name + this.#value;
  }
}

/** A function that is recommended. */
class FunctionName {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  in(nameOf: NameOf): string {
    return nameOf(this.#name, '') ?? `${this.#name}()`;
  }
}

/** The function that refuses its options, at the beginning of a text. A shell leaves it out before an option that it has a name for. */
class FunctionPrefix {
  readonly of: string;

  constructor(of: string) {
    this.of = of;
  }

  in(nameOf: NameOf, next: Part | undefined): string {
    if (next instanceof OptionName && nameOf(next.of, next.path) !== undefined) return '';
    return `${nameOf(this.of, '') ?? this.of}: `;
  }
}

/** The text. As a string it has the library's names. */
export class Wording {
  readonly #parts: readonly Part[];

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  /** With the names of a shell. */
  in(nameOf: NameOf): string {
    return this.#parts.map((part, at) => (typeof part === 'string' ? part : part.in(nameOf, this.#parts[at + 1]))).join('');
  }

  toString(): string {
    return this.in(() => undefined);
  }

  /** The option that it names first, and the function that it names or whose option that is. */
  get details(): ErrorDetails {
    const option = this.#parts.find((part) => part instanceof OptionName);
    const of = option?.of ?? this.#parts.find((part) => part instanceof FunctionPrefix)?.of;
    return { ...(of !== undefined && { function: of }), ...(option && option.path !== '' && { option: option.path }) };
  }

  get parts(): readonly Part[] {
    return this.#parts;
  }
}

/** A text with or without such names. */
export type Text = string | Wording;

/** What an error is about, for programs. */
export interface ErrorDetails {
  /** The function whose option it is, such as `rejectWriter`. */
  readonly function?: string | undefined;
  /** The option's path, such as `rollMs` or `s3.region`. */
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
  return texts.reduce<Wording>((all, text, at) => say`${all}${at === 0 ? '' : separator}${text}`, new Wording([]));
}

/** An option in a sentence, and a value of it that is meant. `path` is as it stands in the code: `giveUpMs`, `encoding: 'utf-16le'`. */
export function option(of: string, path: string, value?: string): OptionName {
  return value === undefined ? new OptionName(of, path, path) : new OptionName(of, path, `${path}: '${value}'`, ` ${value}`);
}

/** An option that has something wrong, before a colon. */
export function wrongOption(of: string, path: string): OptionName {
  return new OptionName(of, path, `option "${path}"`);
}

/** What a function is given as its argument, before a colon. */
export function argumentOf(of: string): Wording {
  return new Wording([new OptionName(of, '', of)]);
}

/** A function in a sentence. */
export function functionName(name: string): FunctionName {
  return new FunctionName(name);
}

/** The function whose options are refused, before all else that is said. */
export function refusedBy(of: string): FunctionPrefix {
  return new FunctionPrefix(of);
}
