/** Writes what is made of the results: the page of speed, the charts, and the tables of the README and of docs/. */
import { readFileSync, writeFileSync } from 'node:fs';
import { PAGES, withTables } from '../../test/docs/tables.ts';
import { chartOfPage, pageOf } from './page.ts';
import { chartOfRate } from './rate-chart.ts';
import { readResults } from './results.ts';
import { chartOfScale } from './scale.ts';

/** Writes all of it. */
export function writePage(): void {
  const results = readResults();
  writeFileSync('docs/performance.svg', chartOfPage(results));
  writeFileSync('docs/performance.md', pageOf(results));
  writeFileSync('docs/scale.svg', chartOfScale(results));
  const rate = chartOfRate(results);
  if (rate !== undefined) writeFileSync('docs/rate.svg', rate);
  for (const path of PAGES) writeFileSync(path, withTables(readFileSync(path, 'utf8')));
}
