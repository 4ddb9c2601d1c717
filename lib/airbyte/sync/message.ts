/** The text of one line -> an Airbyte message. A row stays text and is read later: if that fails, its stream is known. */
import { isObject, parse } from '../../json/exact.ts';
import { spanOf } from '../../json/scan.ts';

/** A JSON object. */
export type Json = Record<string, unknown>;

/** A message. */
export interface Message {
  /** The message; its row is empty if `data` has the text. */
  readonly envelope: Json;
  /** The text of `record.data`. */
  readonly data: string | undefined;
}

/** The message; undefined if the line is not a JSON object. */
export function readMessage(text: string): Message | undefined {
  const span = spanOf(text, 'record', 'data');
  try {
    const envelope = parse(span === undefined ? text : `${text.slice(0, span.from)}{}${text.slice(span.to)}`);
    return isObject(envelope) ? { envelope, data: span && text.slice(span.from, span.to) } : undefined;
  } catch {
    return stateOf(text);
  }
}

/** A STATE goes back to the source as the text that it is: so it may have numbers and a depth that no row may have. */
function stateOf(text: string): Message | undefined {
  try {
    const envelope: unknown = JSON.parse(text);
    return isObject(envelope) && envelope.type === 'STATE' ? { envelope, data: undefined } : undefined;
  } catch {
    return undefined;
  }
}
