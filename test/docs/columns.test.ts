/** docs/columns.md: both ways to say what a column becomes are one, and snake case is as its table has it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { columnsOf } from '../../lib/cli/flags/columns.ts';
import { snakeCase } from '../../lib/stage/mapping/snake-case.ts';

/** The cells of the rows of the table whose head begins so. */
function tableOf(head: string): string[][] {
  const [, rows = ''] = readFileSync('docs/columns.md', 'utf8').split(new RegExp(`^\\| ${head} .*\\n\\|[-|]+\\n`, 'm'));
  const lines = rows.slice(0, rows.indexOf('\n\n')).split('\n');
  return lines.map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));
}
const codeIn = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

test('what stands in one line is the same mapping', () => {
  const rows = tableOf('in `columns`');
  assert.ok(rows.length >= 7);
  for (const [inCode, flags] of rows) {
    const columns = JSON.parse(runInNewContext(`JSON.stringify({ ${codeIn(inCode)[0]} })`));
    for (const text of codeIn(flags)) {
      const [, flag = '', value = ''] = /^--(\w+) (.*)$/.exec(text) ?? [];
      const given = value.replaceAll('"', '');
      const read = columnsOf({ object: 'person_event', ...(flag === 'column' ? { column: [given] } : { [flag]: given }) });
      const normal = (target: unknown): unknown => (Object(target).field === 'timestamp' ? { type: 'time', ...Object(target) } : target);
      const [expected, got] = [Object.entries(columns), Object.entries(read.settings.columns)];
      assert.deepEqual(
        got.map(([column, target]) => [column, typeof target === 'string' ? target : normal(target)]),
        expected.map(([column, target]) => [column, typeof target === 'string' ? target : normal(target)]),
        text,
      );
    }
  }
});

test('snake case', () => {
  const rows = tableOf('column \\| attribute');
  assert.ok(rows.length >= 6);
  for (const [names, attributes] of rows) {
    const [columns, snakes] = [codeIn(names), codeIn(attributes)];
    columns.forEach((column, index) => {
      assert.equal(snakeCase(column), snakes.length === 0 ? column : (snakes[index] ?? snakes[0]));
    });
  }
});
