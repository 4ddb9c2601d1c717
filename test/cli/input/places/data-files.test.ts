import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dataFiles } from '../../../../lib/cli/input/places/data-files.ts';
import fc from '../../../support/fast-check.ts';

function chosen(names: readonly string[], empty: readonly string[] = []): { names: string[]; notes: string[] } {
  const notes: string[] = [];
  const found = [...names.map((name) => ({ name, bytes: 1 })), ...empty.map((name) => ({ name, bytes: 0 }))];
  const files = dataFiles('export/', found, (note) => notes.push(note));
  return { names: files.map(({ name }) => name), notes };
}

test('what tools leave beside data is left out and said; what may be data is read', () => {
  const data = [
    'part-00000',
    'part-1.csv',
    'a/b.ndjson.gz',
    '_people.csv',
    'day=1/x.json',
    '_day=1/x.json',
    'a.tmp.csv',
    'x.crc.csv',
    'readme.csv',
  ];
  const beside = ['_SUCCESS', '_committed_1', '_check_test_ab', '.hidden.csv', '.part-1.csv.crc', 'part-1.csv.crc', '.git/x.csv'];
  const more = ['_temporary/0/part.csv', '_delta_log/0.json', 'manifest', 'unload_manifest', 'x.manifest', 'x.csv.metadata', 'x.csv.md5'];
  const others = ['manifest.json', 'manifest.checksum', 'README', 'README.md', 'sub/ReadMe.txt', 'Thumbs.db', 'x.csv~', 'x.csv.bak'];
  const { names, notes } = chosen([...others, ...more, ...beside, ...data, 'x.csv.SHA256', 'x.csv.tmp']);
  assert.deepEqual(names, [...data].sort());
  assert.deepEqual(notes, ['export/: left out 24 files that are not data (.git/x.csv, .hidden.csv, .part-1.csv.crc, ...)']);
  assert.deepEqual(chosen(['a.csv']).notes, []);
});

test('empty files, and objects that stand for folders, hold nothing', () => {
  const { names, notes } = chosen(['a.csv', 'sub/'], ['b.csv', '', 'sub/', '_SUCCESS']);
  assert.deepEqual(names, ['a.csv']);
  assert.deepEqual(notes, ['export/: left out 1 empty file (b.csv) and 1 file that is not data (_SUCCESS)']);
});

test('nothing to read is an error that says what there is', () => {
  const fails = (names: string[], empty: string[], message: string): void =>
    assert.throws(() => chosen(names, empty), { code: 'CIO_SOURCE', message });
  fails([], ['sub/'], 'export/ has no data files');
  fails(['_SUCCESS'], [], 'export/ has no data files, only 1 file that is not data (_SUCCESS)');
  fails(
    ['_SUCCESS', '.a', '.b', '.c'],
    ['x', 'y'],
    'export/ has no data files, only 2 empty files (x, y) and 4 files that are not data (.a, .b, .c, ...)',
  );
});

test('law: every file with a data name comes once, by code points, however they were found', () => {
  // A lone half of a pair has no bytes of its own.
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }).map((text) => `x${text.replaceAll('/', '-')}.csv`);
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1 }), (names) => {
      const byCodePoint = [...names].sort((a, b) => {
        const [one, other] = [[...a], [...b]].map((text) => text.map((letter) => letter.codePointAt(0) ?? 0)) as [number[], number[]];
        const at = one.findIndex((code, index) => code !== other[index]);
        return at === -1 ? one.length - other.length : (one[at] as number) - (other[at] ?? -1);
      });
      assert.deepEqual(chosen(names).names, byCodePoint);
    }),
  );
});
