import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindOfName, kindOfType } from '../../../../lib/cli/input/places/kind.ts';

test('a name says its format by its ending, before that of its compression', () => {
  const formats = ['a.csv', 'A.CSV.GZ', 'a.tsv.zst', 'a.json', 'a.ndjson', 'a.jsonl.gz'].map((name) => kindOfName(name)?.format);
  assert.deepEqual(formats, ['csv', 'csv', 'csv', 'json', 'ndjson', 'ndjson']);
  assert.equal(kindOfName('a.tsv')?.delimiter, '\t');
  for (const name of ['a', 'a.gz', 'csv', 'a.csv.old', 'a.constructor', 'https://csv.example.com/x'])
    assert.equal(kindOfName(name), undefined);
});

test('a content type says it, whatever stands behind it', () => {
  const kinds = [
    'text/csv',
    'Text/CSV; charset=utf-8',
    'application/x-ndjson',
    'application/jsonl',
    'application/json;x',
    'text/tab-separated-values',
  ];
  assert.deepEqual(
    kinds.map((type) => kindOfType(type)?.format),
    ['csv', 'csv', 'ndjson', 'ndjson', 'json', 'csv'],
  );
  for (const type of ['', 'text/plain', 'application/octet-stream', 'text/html', 'application/gzip'])
    assert.equal(kindOfType(type), undefined);
});
