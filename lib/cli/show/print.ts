/**
 * The only way from a command to standard error and standard output: whatever names and words are in a line, it comes out
 * printable. Data that a command was asked for (rejected records) goes its own way.
 */
import { printable, printableJson } from '../../printable.ts';
import { jsonLines } from '../../stream/json-lines.ts';

/** How a colour begins, and how it ends. */
const COLOUR = '\u001b[';

let lineOf: ((message: object) => string) | undefined;

/** Lines of printable characters. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** Prints text on standard error. */
export function printLines(text: string): void {
  console.error(printableLines(text));
}

/** Prints lines on standard error that are printable already, but for their colours. */
export function printPainted(text: string): void {
  console.error(text);
}

/** Prints a message on standard error, as one line of JSON. */
export function printJson(message: object): void {
  lineOf ??= jsonLines();
  console.error(lineOf(message));
}

/** Prints the answer of a command on standard output. */
export function answer(text: string): void {
  console.log(printableLines(text));
}

/** An answer that is printable but for the colours that it was given. */
export function answerPainted(text: string): void {
  const [first = '', ...others] = text.split(COLOUR);
  const parts = others.map((part) => {
    const [numbers = ''] = /^[\d;]*m/.exec(part) ?? [];
    return `${numbers === '' ? ' ' : COLOUR + numbers}${printableLines(part.slice(numbers.length))}`;
  });
  console.log(printableLines(first) + parts.join(''));
}

/** The answer in JSON, for people and programs. */
export function answerJson(value: object): void {
  console.log(printableJson(value, 2));
}
