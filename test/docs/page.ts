/** Every code block of a page runs, and does what it promises. One that nobody has a promise for fails. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { type Block, blocksIn, fencesIn } from './blocks.ts';
import { Place } from './place.ts';

/** What one block promises. */
export interface Promised {
  readonly language: string;
  /** Identifies the block among all others of its page. */
  readonly holds: RegExp;
  check(place: Place, code: string, t: TestContext): Promise<void>;
}

/**
 * Makes a test of each block of a page. `promises`: one for each block, in any order. With `together` a reader pastes the blocks one
 * after the other: they run in the order of the page, in one place.
 */
export function testPage(path: string, promises: readonly Promised[], { together = false } = {}): void {
  const text = readFileSync(path, 'utf8');
  const blocks = blocksIn(text);

  test(`${path}: no block is overlooked, and no promise is without its block`, () => {
    assert.equal(fencesIn(text), 2 * blocks.length);
    for (const { language, holds } of promises) {
      const found = blocks.filter((block) => block.language === language && holds.test(block.code));
      assert.equal(found.length, 1, `blocks of "${language}" with ${holds}`);
    }
  });

  const nameOf = ({ language, code, line }: Block): string => `${path}, line ${line}, ${language || 'figure'}: ${code.split('\n', 1)[0]}`;
  const check = async ({ language, code }: Block, place: Place, t: TestContext): Promise<void> => {
    const own = promises.filter((promise) => promise.language === language && promise.holds.test(code));
    assert.equal(own.length, 1, `what does this block promise? Say so in the test of the page:\n${code}`);
    await own[0]?.check(place, code, t);
  };
  if (together) {
    test(`${path}: its blocks, one after the other`, async (t) => {
      const place = await Place.open(t);
      for (const block of blocks) await t.test(nameOf(block), () => check(block, place, t));
    });
  } else for (const block of blocks) test(nameOf(block), async (t) => check(block, await Place.open(t), t));
}
