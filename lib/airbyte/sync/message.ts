/** The text of one line -> an Airbyte message. A row is left as text, to be read apart: where it can't be, its stream is known all the same. */
import { isObject, parse } from '../../json/exact.ts';
import { spanOf } from '../../json/scan.ts';

/** A JSON object. */
export type Json = Record<string, unknown>;

/** A message. */
export interface Message {
  /** The message; its row is empty where `data` has the text. */
  readonly envelope: Json;
  /** The text of `record.data`. */
  readonly data: string | undefined;
}

/** Undefined where the line is no JSON object. */
export function readMessage(text: string): Message | undefined {
  const span = spanOf(text, 'record', 'data');
  try {
    const envelope = parse(span === undefined ? text : `${text.slice(0, span.from)}{}${text.slice(span.to)}`);
    return isObject(envelope) ? { envelope, data: span && text.slice(span.from, span.to) } : undefined;
  } catch {
    return stateOf(text);
  }
}

/** What a STATE holds is the source's own affair: it goes back as text, so that numbers and depth that no row may have are fine. */
function stateOf(text: string): Message | undefined {
  try {
    const envelope: unknown = JSON.parse(text);
    return isObject(envelope) && envelope.type === 'STATE' ? { envelope, data: undefined } : undefined;
  } catch {
    return undefined;
  }
}
