/** Reads an input as bytes and as text, and shows all that comes: elements, checkpoints, warnings, and why it ended early. */
import assert from 'node:assert/strict';
import { Block } from '../../lib/record/block.ts';
import { Checkpoint } from '../../lib/record/checkpoint.ts';
import type { Element } from '../../lib/record/record.ts';
import type { MakeDecoder } from '../../lib/stream/decode.ts';
import { oneByOne, show } from './read-all.ts';

interface Read {
  readonly shown: unknown[];
  /** How many of the elements came as bytes. */
  readonly rows: number;
}

/** All that comes of the chunks. */
export async function readItems(make: MakeDecoder, chunks: readonly Buffer[]): Promise<Read> {
  const shown: unknown[] = [];
  let rows = 0;
  const put = oneByOne((element: Element) => shown.push(element instanceof Checkpoint ? element : show(element)));
  const decoder = make(
    (item) => {
      if (item instanceof Block) rows += item.size;
      put(item);
    },
    (text) => shown.push(String(text)),
  );
  await decoder.open?.();
  try {
    for (const chunk of chunks) await decoder.write(chunk);
    await decoder.end();
  } catch (error) {
    shown.push(String(error));
  }
  return { shown, rows };
}

/** Reads the chunks both ways, and the same in one piece; gives how many rows of that came as bytes. `asText` runs without bytes. */
export async function sameBothWays(
  make: MakeDecoder,
  input: Buffer,
  asText: (run: () => Promise<Read>) => Promise<Read>,
  cuts: readonly (readonly Buffer[])[],
): Promise<number> {
  const text = await asText(() => readItems(make, [input]));
  assert.equal(text.rows, 0);
  const { shown, rows } = await readItems(make, [input]);
  assert.deepEqual(shown, text.shown);
  for (const chunks of cuts) {
    const expected = await asText(() => readItems(make, chunks));
    assert.deepEqual((await readItems(make, chunks)).shown, expected.shown);
  }
  return rows;
}
