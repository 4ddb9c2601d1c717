/** Writes what is made of the results: the page of speed and its chart, the tables and the chart of docs/scale.md, the tables of the README. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withTables } from '../../test/docs/tables.ts';
import { chartOfPage, pageOf } from './page.ts';
import { readResults } from './results.ts';
import { chartOfScale, scaleTables } from './scale.ts';

/** Writes all of it. */
export function writePage(): void {
  const results = readResults();
  writeFileSync('docs/speed.svg', chartOfPage(results));
  writeFileSync('docs/speed.md', pageOf(results));
  writeFileSync('docs/scale.svg', chartOfScale(results));
  writeFileSync('docs/scale.md', withTables(readFileSync('docs/scale.md', 'utf8'), scaleTables(results)));
  writeFileSync('README.md', withTables(readFileSync('README.md', 'utf8')));
}
