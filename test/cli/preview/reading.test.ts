/**
 * How a file is written is found in every combination: encoding, delimiter, quotes, and a header that is in the file or given;
 * whatever the user says of it, and however long the file is.
 */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { PreviewFlags, SendFlags } from '../../../lib/cli/flags/flags.ts';
import { findInputs } from '../../../lib/cli/input/inputs.ts';
import { type Look, lookAt } from '../../../lib/cli/preview/look.ts';
import { previewText } from '../../../lib/cli/preview/preview-text.ts';
import { folder } from '../../support/folder.ts';

const NAMES = ['Nr', 'E-Mail', 'Ort', 'Umsatz'];
const ROWS = [
  ['1', 'a@b.de', 'K\xf6ln', '1,50'],
  ['2', 'c@b.de', 'M\xfcnchen', '12,25'],
  ['3', 'd@b.de', 'Z\xfcrich', '0,75'],
];

const LAYOUT = { width: Number.POSITIVE_INFINITY, paint: (_style: unknown, text: string): string => text };

type Way = Readonly<Record<'encoding' | 'delimiter' | 'quotes' | 'header', string>>;

const COMBINATIONS: readonly Way[] = ['utf-8', 'windows-1252'].flatMap((encoding) =>
  [',', ';', '\t', '|'].flatMap((delimiter) =>
    ['none', 'every cell', 'where needed', 'as text'].flatMap((quotes) =>
      ['first row', 'given'].map((header) => ({ encoding, delimiter, quotes, header })),
    ),
  ),
);

/** A file that is written so. */
function bytesOf({ encoding, delimiter, quotes, header }: Way): Buffer {
  const cellOf = (cell: string, isName: boolean): string => {
    if (quotes === 'as text' && !isName) return cell.replace(/^([KMZ])/, '5" $1');
    return quotes === 'every cell' || cell.includes(delimiter) || (quotes === 'where needed' && cell.includes(',')) ? `"${cell}"` : cell;
  };
  const lines = [...(header === 'given' ? [] : [NAMES]), ...ROWS].map((row) =>
    row.map((cell) => cellOf(cell, row === NAMES)).join(delimiter),
  );
  return Buffer.from(`${lines.join('\r\n')}\r\n`, encoding === 'utf-8' ? 'utf8' : 'latin1');
}

async function look(t: TestContext, bytes: Buffer, given: object = {}): Promise<Look> {
  const path = join(await folder(t), 'f.csv');
  await writeFile(path, bytes);
  const [input] = await findInputs([path], given as unknown as SendFlags);
  assert.ok(input);
  return lookAt(input, { rows: 10_000, limit: [], ...given } as unknown as PreviewFlags);
}

/** What the command says of the file. */
const flagsOf = ({ values }: Look): unknown[] => [values.encoding, values.delimiter, values.quote];
const asFlag = (delimiter: string): string | undefined => (delimiter === ',' ? undefined : delimiter === '\t' ? '\\t' : delimiter);

test('an encoding, a delimiter and quotes are found together, with a header in the file or a given one', async (t) => {
  for (const way of COMBINATIONS) {
    // With decimal commas between commas there have to be quotes.
    if (way.delimiter === ',' && way.quotes === 'as text') continue;
    const given = way.header === 'given' ? { header: NAMES } : {};
    const found = await look(t, bytesOf(way), given);
    const name = JSON.stringify(way);
    const expected = [
      way.encoding === 'utf-8' ? undefined : way.encoding,
      asFlag(way.delimiter),
      way.quotes === 'as text' ? 'none' : undefined,
    ];
    assert.deepEqual(flagsOf(found), expected, name);
    assert.deepEqual([found.rows, found.unread, found.trial?.delivered], [3, 0, 3], name);
    const place = found.columns.find(({ profile }) => profile.name === 'Ort');
    assert.match(place?.profile.examples[0] ?? '', /Köln$/, name);
  }
});

test('what the user says of a file is kept, and the rest is found', async (t) => {
  const way = { encoding: 'windows-1252', delimiter: ';', quotes: 'every cell', header: 'first row' };
  for (const given of [{ delimiter: ';' }, { encoding: 'windows-1252' }, { email: 'E-Mail' }, { delimiter: ';', encoding: 'cp1252' }]) {
    const found = await look(t, bytesOf(way), given);
    assert.equal(found.values.delimiter, ';', JSON.stringify(given));
    assert.match(String(found.values.encoding), /1252$/);
    assert.deepEqual([found.rows, found.unread, found.values.email], [3, 0, 'E-Mail']);
  }
});

test('a header that fails at once does not shorten the sample', async (t) => {
  const rows = Array.from({ length: 9_000 }, (_, i) => `"${i}";"a${i}@b.de";"${i === 8_999 ? 'K\xf6ln' : 'Bonn'}"\n`);
  const found = await look(t, Buffer.from(`"Nr";"E-Mail";"Ort"\n${rows.join('')}`, 'latin1'));
  assert.deepEqual([found.rows, found.unread, found.isCut], [9_000, 0, false]);
  assert.deepEqual(flagsOf(found), ['windows-1252', ';', undefined]);
  const short = await look(t, Buffer.from(`"Nr";"E-Mail";"Ort"\n${rows.join('')}`, 'latin1'), { rows: 100 });
  assert.deepEqual([short.rows, short.unread, short.isCut], [100, 0, true]);
});

test('a header that can not be used in the way that fits is named as such', async (t) => {
  const text = 'Gr\xf6\xdfe;E-Mail;E-Mail\n1;a@b.de;x\n';
  for (const bytes of [Buffer.from(text, 'latin1'), Buffer.from(text), Buffer.from(text.replaceAll(/[^;\n]+/g, '"$&"'), 'latin1')])
    await assert.rejects(look(t, bytes), /columns 2 and 3 have the same name/);
});

test('nothing that can be read: the flags that say how a file is written are named', async (t) => {
  await assert.rejects(look(t, Buffer.from('a,b,c\n1\n2\n')), { todo: /--delimiter ';' --encoding windows-1252/ });
});

test('an export from Germany: what would be sent as text is said, and a number that may identify people', async (t) => {
  const rows = Array.from(
    { length: 20 },
    (_, i) => `K-${i};a${i}@b.de;${i === 9 ? '31.02.2024' : `${i + 1}.03.2024`};${i},50;${i % 2 ? 'ja' : 'nein'}\r\n`,
  );
  const text = `Kunden-Nr;E-Mail;Seit;Umsatz;Newsl\xe4tter\r\n${rows.join('')}`;
  const found = await look(t, Buffer.from(text, 'latin1'));
  assert.deepEqual(found.asText, ['Seit', 'Newslätter']);
  const notes = found.notes.join('\n');
  assert.match(notes, /"Kunden-Nr" has a different value in every row: if it identifies a person, add --id Kunden-Nr/);
  assert.doesNotMatch((await look(t, Buffer.from(text.replace('K-1;', 'K-2;'), 'latin1'))).notes.join(), /--id Kunden-Nr/);
  assert.match(
    previewText({ ...found, words: ['x'] }, LAYOUT),
    /\nBefore you run it: "Seit", "Newslätter" would be sent as text\. See Notes/,
  );
});
