/** docs/encodings.md: the file of its command is read, and the encodings that it lists are known. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ENCODINGS, encodingNamed } from '../../../lib/bytes/encodings.ts';
import { type Promised, testPage } from '../page.ts';

const WINDOWS: Promised = {
  language: 'sh',
  holds: /--encoding windows-1252/,
  async check(place, code) {
    writeFileSync(join(place.folder, 'people.csv'), Buffer.from('Email,name\nrene@example.com,Ren\xe9 \x80\n', 'latin1'));
    await place.sh(code);
    assert.deepEqual(JSON.parse(JSON.stringify(place.people())), [{ email: 'rene@example.com', attributes: { name: 'René €' } }]);
  },
};

testPage('docs/encodings.md', [WINDOWS]);

test('docs/encodings.md: it lists the encodings that are known', () => {
  const list = readFileSync('docs/encodings.md', 'utf8').split('Known encodings:')[1]?.split('\nConvert DOS')[0] ?? '';
  const [known = '', others = ''] = list.split('- names that browsers know');
  for (const name of ENCODINGS.filter((one) => !/^windows-125|^iso-8859/.test(one))) assert.ok(known.includes(`\`${name}\``), name);
  for (const [, name = ''] of others.matchAll(/`([^`]+)`/g)) assert.equal(encodingNamed(name), 'windows-1252', name);
});
