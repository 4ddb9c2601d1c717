/** docs/performance.md is made from bench/results/ (test/bench/page.test.ts looks at that) and has no blocks. */
import { testPage } from '../page.ts';

testPage('docs/performance.md', []);
