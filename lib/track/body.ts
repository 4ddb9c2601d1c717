/** The text of a batch: `{"batch":[item,item]}`, and how long it gets. */

const HEAD = '{"batch":[';
const TAIL = ']}';

/** Bytes of a batch without items. */
export const EMPTY_BODY_BYTES: number = HEAD.length + TAIL.length;

/** The request body for items that are JSON text already. */
export function bodyOf(items: readonly { json: string }[]): string {
  let body = HEAD;
  for (let i = 0; i < items.length; i++) body += i === 0 ? items[i]?.json : `,${items[i]?.json}`;
  return body + TAIL;
}
