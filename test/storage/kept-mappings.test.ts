import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../lib/clock.ts';
import { KeptMapping } from '../../lib/record/kept-mapping.ts';
import { FolderStore } from '../../lib/storage/folder-store.ts';
import { findKeptMapping, isKeptMapping, MappingsBeside, readKeptMapping } from '../../lib/storage/kept-mappings.ts';
import { folder } from '../support/folder.ts';

const POLICY = { clock: systemClock, giveUpMs: 0 };
const mapping = (n: number): KeptMapping => new KeptMapping('people', { id: `column ${n}` });

async function keep(place: string, ...mappings: KeptMapping[]): Promise<void> {
  const beside = new MappingsBeside();
  for (const one of mappings) beside.add(one);
  await beside.keepIn(place, POLICY);
}

test('runs at the same time keep each their mapping, and the same one once', async (t) => {
  const place = join(await folder(t), 'rejected');
  await Promise.all(Array.from({ length: 12 }, (_, n) => keep(place, mapping(n % 4))));
  const names = await readdir(place);
  assert.equal(names.length, 4, names.join());
  assert.ok(names.includes('.cio-stream.json') && names.every(isKeptMapping));
  const store = new FolderStore(place);
  for (let n = 0; n < 4; n++) assert.equal((await findKeptMapping(store, mapping(n).id, POLICY))?.mapping.id, mapping(n).id);
  assert.equal(await findKeptMapping(store, 'other', POLICY), undefined);
});

test("a broken file is in nobody's way; what stands in the place of a mapping is an error", async (t) => {
  const place = join(await folder(t), 'rejected');
  await mkdir(place);
  await writeFile(join(place, '.cio-stream.json'), 'not JSON');
  await keep(place, mapping(1));
  assert.deepEqual((await readdir(place)).sort(), [`.cio-stream.${mapping(1).id}.json`, '.cio-stream.json']);
  await writeFile(join(place, `.cio-stream.${mapping(2).id}.json`), JSON.stringify(mapping(1)));
  await assert.rejects(keep(place, mapping(2)), { code: 'CIO_REJECT_STORE', message: /is in the way/ });
  await assert.rejects(readKeptMapping(new FolderStore(place), { name: '.cio-stream.json', bytes: 8 }, POLICY), {
    code: 'CIO_SOURCE',
    message: /it holds no mapping/,
  });
});
