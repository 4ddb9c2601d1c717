/**
 * Rows by number, from 1: most of them ordinary, and among them those that no stage may pass on as they are. Row n is on line n of
 * an NDJSON file and on line n + 1 of a CSV.
 */
import { Readable } from 'node:stream';

export type Format = 'ndjson' | 'csv';
type Kind = 'ordinary' | 'odd' | 'bad' | 'long' | 'broken';

const PEOPLE = 5;
const HEADER = 'person_id,event_name,n,note\n';

/** What kind of row the n-th is. */
export function kindOf(n: number): Kind {
  if (n % 11 === 0) return 'broken';
  if (n % 7 === 0) return 'bad';
  if (n % 13 === 0) return 'long';
  return n % 5 === 0 ? 'odd' : 'ordinary';
}

/** The numbers of the rows from `from` to `to`. */
export function numbers(to: number, from = 1): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** Those of them that can be delivered. */
export function good(to: number, from = 1): number[] {
  return numbers(to, from).filter((n) => ['ordinary', 'odd'].includes(kindOf(n)));
}

/** Those of them that are rejected. */
export function bad(to: number, from = 1): number[] {
  return numbers(to, from).filter((n) => !['ordinary', 'odd'].includes(kindOf(n)));
}

/** Rows as the text of a file; `from` is the number of the first one. */
export function textOf(format: Format, to: number, from = 1): Buffer {
  const rows = numbers(to, from).map((n) => (format === 'csv' ? cells(n) : line(n)));
  return Buffer.from((format === 'csv' ? HEADER : '') + rows.join(''));
}

/** The same in pieces of so many bytes: most of them end in the middle of a row. */
export function piecesOf(text: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.subarray(i * size, (i + 1) * size));
}

/** A byte stream, and what it was asked for so far. */
export type Input = Readable & { asked: number; lines: number };

/** Gives one piece each time that it is asked; `later` a turn after that. `onRead` is called before. */
export function reading(pieces: readonly Buffer[], later = false, onRead: () => void = () => {}): Input {
  const left = [...pieces];
  const give = (): void => {
    if (input.destroyed) return;
    const piece = left.shift();
    input.lines += piece?.toString('latin1').split('\n').length ?? 1;
    input.lines--;
    input.push(piece ?? null);
  };
  const input: Input = Object.assign(
    new Readable({
      read() {
        input.asked++;
        onRead();
        if (later) setImmediate(give);
        else give();
      },
    }),
    { asked: 0, lines: 0 },
  );
  return input;
}

function line(n: number): string {
  const [person, kind] = [`p${n % PEOPLE}`, kindOf(n)];
  if (kind === 'broken') return `{"person_id":"${person}","n":${n}\n`;
  if (kind === 'odd') return `{ "event_name": "bought", "\\u006e": ${n}, "deep": [{"a": [1.50]}], "person_id": "${person}" } \r\n`;
  const row = { person_id: kind === 'bad' ? '' : person, event_name: nameOf(kind), n, note: 'a note, "quoted"' };
  return `${JSON.stringify(row)}\n`;
}

function cells(n: number): string {
  const [person, kind] = [`p${n % PEOPLE}`, kindOf(n)];
  if (kind === 'broken') return `${person},bought\n`;
  if (kind === 'odd') return `"${person}",bought,${n},"a note, ""quoted"""\r\n`;
  return `${kind === 'bad' ? '' : person},${nameOf(kind)},${n},plain\n`;
}

/** Over the limit of an event's name, if it is to be rejected by that. */
function nameOf(kind: Kind): string {
  return kind === 'long' ? 'x'.repeat(2_000) : 'bought';
}
