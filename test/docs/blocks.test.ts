/** Every code block of the README runs, and does what it promises. One that nobody has a promise for fails: see promises.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fencesIn, README, README_BLOCKS } from './blocks.ts';
import { Place } from './place.ts';
import { PROMISES } from './promises.ts';

test('no block is overlooked, and no promise is without its block', () => {
  assert.equal(fencesIn(README), 2 * README_BLOCKS.length);
  for (const { language, holds } of PROMISES) {
    const found = README_BLOCKS.filter((block) => block.language === language && holds.test(block.code));
    assert.equal(found.length, 1, `blocks of "${language}" with ${holds}`);
  }
});

for (const { language, code, line } of README_BLOCKS) {
  test(`line ${line}, ${language || 'figure'}: ${code.split('\n', 1)[0]}`, async (t) => {
    const promises = PROMISES.filter((promise) => promise.language === language && promise.holds.test(code));
    assert.equal(promises.length, 1, `what does this block promise? Say so in promises.ts:\n${code}`);
    await promises[0]?.check(await Place.open(t), code, t);
  });
}
