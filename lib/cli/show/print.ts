/**
 * The only way from a command to standard error and standard output: whatever names and words are in a line, it comes out
 * printable. Data that a command was asked for (rejected records) goes its own way.
 */
import { printable, printableJson } from '../../printable.ts';

/** Lines of printable characters. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** Tells something on standard error. */
export function printLines(text: string): void {
  console.error(printableLines(text));
}

/** Tells it as one line of JSON. */
export function printJson(value: object): void {
  console.error(printableJson(value));
}

/** Answers on standard output. */
export function answer(text: string): void {
  console.log(printableLines(text));
}

/** Answers in JSON, for people and programs. */
export function answerJson(value: object): void {
  console.log(printableJson(value, 2));
}
