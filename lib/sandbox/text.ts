/** JSON text <-> values without losing a digit, so that the sandbox can show that what was sent arrived as it was. */
import { isSafeNumber, LosslessNumber, parse, stringify } from 'lossless-json';

// Where none of these stands in a text, JSON.parse changes no number of it.
const RISKY = /[\d.]{16}|\d[eE][+-]?\d/;

/** The value of a JSON text. Throws where it is none, or nested too deeply. */
export function read(text: string): unknown {
  if (!RISKY.test(text)) return JSON.parse(text);
  return parse(text, null, {
    parseNumber: (digits) => (isSafeNumber(digits) ? Number(digits) : new LosslessNumber(digits)),
    onDuplicateKey: ({ newValue }) => newValue,
  });
}

/** The JSON text of a value. Throws where it is nested too deeply. */
export function write(value: unknown): string {
  return stringify(value) ?? 'null';
}
