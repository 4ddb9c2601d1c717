/** Writes what is made of the results: the page, its chart, and the tables of the README. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withTables } from '../../test/docs/tables.ts';
import { chartOfPage, pageOf } from './page.ts';
import { readResults } from './results.ts';

/** Writes all of it. */
export function writePage(): void {
  const results = readResults();
  writeFileSync('docs/speed.svg', chartOfPage(results));
  writeFileSync('docs/speed.md', pageOf(results));
  writeFileSync('README.md', withTables(readFileSync('README.md', 'utf8')));
}
