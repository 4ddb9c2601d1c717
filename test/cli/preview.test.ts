/** `cio-stream preview`: whatever the input is, it says what is there, and prints a command that works or what has to be decided. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { cli, folder, type Ran } from '../support/cli/run-cli.ts';
import { isLong } from '../support/runs.ts';

type Files = Readonly<Record<string, string | Buffer>>;

/** Runs `preview` in a folder with these files. */
async function run(t: TestContext, files: Files, ...args: string[]): Promise<Ran> {
  const cwd = await folder(t);
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(cwd, name), bytes);
  return cli(['preview', ...args], { cwd });
}
const lastLine = ({ stdout }: Ran): string | undefined => stdout.trimEnd().split('\n').at(-1);
const CRM = 'Email,First Name,Amount\na@b.co,Ada,"1,234.50"\nc@d.io,,"2"\n';

test('what can not be loaded is said, with the exit status of its cause', async (t) => {
  const cases: [Files, RegExp, number][] = [
    [{ f: 'x' }, /none of its first 1 rows can be read; line 1: not JSON|line 1: /, 5],
    [{ 'f.csv': '' }, /f\.csv holds no rows/, 5],
    [{ 'f.csv': 'Email,Name\n' }, /f\.csv holds no rows/, 5],
    [{ 'f.csv': `${'PK\x03\x04'.padEnd(30, ' ')}[Content_Types].xml` }, /Excel workbook \(\.xlsx\)/, 5],
    [{ 'f.csv': Buffer.from(Array.from({ length: 2_560 }, (_, i) => i % 256)) }, /zero bytes/, 5],
    [{ 'f.csv': 'Email,Name,Email\na@b.co,x,y\n' }, /columns 1 and 3 have the same name/, 5],
    [{ 'f.csv': 'Email;Name;Email\na@b.co;x;y\n' }, /columns 1 and 3 have the same name/, 5],
    [{ 'f.json': '[{"email":"a@b.co"},{"email":' }, /f\.json/, 5],
  ];
  for (const [files, message, status] of cases) {
    const ran = await run(t, files, Object.keys(files)[0] as string);
    assert.equal(ran.status, status, JSON.stringify(files));
    assert.match(ran.stderr, message);
  }
  const gone = await run(t, {}, 'gone.csv');
  assert.deepEqual([gone.status, gone.stdout], [5, '']);
});

test('no column that identifies: the nearest are named, and the exit status is 1', async (t) => {
  const near = await run(t, { 'f.csv': 'Owner Email,Name\na@b.co,Ada\n' }, 'f.csv');
  assert.equal(near.status, 1);
  assert.match(near.stdout, /No command yet: no column certainly says who a person is\. Perhaps --email 'Owner Email'/);
  const one = await run(t, { 'f.csv': 'Name\nAda\n' }, 'f.csv');
  assert.match(one.stdout, /f\.csv has one column: .* --delimiter\./);
  const events = await run(t, { 'f.csv': 'email,what\na@b.co,x\n' }, 'f.csv', '--kind', 'events');
  assert.match(events.stdout, /Name it with --name COLUMN, or give all events one name: --event NAME\./);
  assert.deepEqual([one.status, events.status], [1, 1]);
});

test('flags of the user are in the command, and complete it', async (t) => {
  const ran = await run(t, { 'f.csv': `${CRM}` }, 'f.csv', '--kind', 'events', '--event', 'bought', '--stream', 'x y', '--null', '-');
  assert.equal(ran.status, 0, ran.stderr);
  const command = lastLine(ran) ?? '';
  assert.match(command, /^cio-stream events f\.csv --email Email /);
  for (const part of [" --column 'Amount=amount:number:1,234.56'", ' --event bought', " --stream 'x y'", ' --null=-'])
    assert.ok(command.includes(part) || command.includes(part.replaceAll("'", '')), `${part} in ${command}`);
  const wrong = await run(t, { 'f.csv': CRM }, 'f.csv', '--email', 'Mail');
  assert.equal(wrong.status, 5);
  assert.match(wrong.stderr, /no column "Mail"/);
});

test('standard input is read like a file, and no further than the rows', async (t) => {
  const cwd = await folder(t);
  const rows = Array.from({ length: 20_000 }, (_, i) => `p${i}@x.io,${i}\n`).join('');
  const ran = await cli(['preview', '--format', 'csv', '--rows', '10'], { cwd, input: `email,n\n${rows}` });
  assert.equal(ran.status, 0, ran.stderr);
  assert.match(ran.stdout, /^standard input: csv, the first 10 rows\n/);
  assert.match(lastLine(ran) ?? '', /^cio-stream people --email email --column n=n:number --format csv --rejects rejected\/$/);
  const packed = await cli(['preview', '-', '--format', 'csv'], { cwd, input: gzipSync(`email;n\n${rows.replaceAll(',', ';')}`) });
  assert.match(packed.stdout, /^standard input: csv, the first 10,000 rows\n/);
  assert.match(packed.stdout, /n +number +100 % +10,000 +0, 1, 2\n/);
  assert.match(lastLine(packed) ?? '', /--delimiter ';'/);
});

test('what the pipeline would reject or warn of is counted, with lines and values', async (t) => {
  const rows = ['a@b.co,1,x', 'NULL,2,x', 'nobody,3,x', `c@d.io,4,${'x'.repeat(2_000)}`, 'too,many,cells,here', 'a@b.co,5,x'];
  const ran = await run(t, { 'f.csv': `Email,n,Notes\n${rows.join('\n')}\n` }, 'f.csv', '--json');
  const { trial, notes, columns, command } = JSON.parse(ran.stdout);
  const inShort = (kinds: { reason: string; field?: string; rows: number; examples: { line: number; value?: string }[] }[]): unknown[] =>
    kinds.map(({ reason, field, rows: count, examples }) => [
      reason,
      field?.split(', ').includes('Email') ? 'Email' : field,
      count,
      examples[0]?.line,
    ]);
  assert.deepEqual(inShort(trial.rejected), [
    ['invalid', 'Email', 1, 3],
    ['too_large', 'attributes.notes', 1, 5],
    ['malformed', undefined, 1, 6],
  ]);
  assert.deepEqual(inShort(trial.warnings), [['odd_email', 'Email', 1, 4]]);
  assert.equal(trial.warnings[0].examples[0].value, 'nobody');
  assert.equal(trial.repeated, 1);
  assert.ok(notes.some((note: string) => note.startsWith('"NULL" is in 1 cell of "Email"')));
  assert.deepEqual(
    columns.map(({ name, type }: { name: string; type: string }) => [name, type]),
    [
      ['Email', 'email'],
      ['n', 'number'],
      ['Notes', 'text'],
    ],
  );
  assert.match(command, /^cio-stream people f\.csv /);
});

test('hostile names and values command nothing: neither the terminal nor the shell', async (t) => {
  const names = ['=cmd|calc', 'a=b:c', '"x\ny"', '\u001b[2Jz', "it's $(touch pwned) `x`", '--email', '__proto__'];
  const ran = await run(t, { 'f.csv': `${names.join(',')}\n1,2,3,\u001b[31mred\u0007,5,a@b.co,7\n` }, 'f.csv');
  assert.equal(ran.status, 0, ran.stderr);
  assert.doesNotMatch(ran.stdout, /[^\P{Cc}\n]/u);
  assert.match(lastLine(ran) ?? '', /--email=--email .*'a\\=b\\:c=a_b_c:number'.*\$\(printf 'x\\012y=/);
});

test('many thousands of columns', async (t) => {
  const count = isLong ? 80_000 : 20_000;
  const shown = (columns: number): string => columns.toLocaleString('en-US');
  const names = Array.from({ length: count }, (_, i) => `c${i}`);
  const ran = await run(t, { 'f.csv': `email,${names.join(',')}\na@b.co,${names.map(() => '1').join(',')}\n` }, 'f.csv');
  assert.equal(ran.status, 0, ran.stderr);
  assert.ok(ran.stdout.includes(`and ${shown(count - 199)} more columns: --json lists all`));
  assert.ok(ran.stdout.includes(`${shown(count - 1_000)} more columns could be converted too`));
  assert.ok(ran.stdout.includes(`there are ${count} attributes; the limit is 300`));
});

test('--write keeps the flags as a config, and replaces nothing else', async (t) => {
  const cwd = await folder(t);
  await writeFile(join(cwd, 'f.csv'), CRM);
  await writeFile(join(cwd, 'notes.json'), '{"mine":true}');
  const kept = await cli(['preview', 'f.csv', '--write', 'notes.json'], { cwd });
  assert.deepEqual([kept.status, await readFile(join(cwd, 'notes.json'), 'utf8')], [2, '{"mine":true}']);
  for (let again = 0; again < 2; again++) {
    const ran = await cli(['preview', 'f.csv', '--write', 'load.json'], { cwd });
    assert.equal(ran.status, 0, ran.stderr);
    assert.equal(lastLine(ran), 'cio-stream people f.csv --config load.json');
  }
  const { $schema, ...config } = JSON.parse(await readFile(join(cwd, 'load.json'), 'utf8'));
  assert.match($schema, /customerio-streams/);
  assert.deepEqual(config, { email: 'Email', column: ['Amount=amount:number:1,234.56'], 'snake-case': true, rejects: 'rejected/' });
});

test('neither UTF-8 nor commas between the cells, and decimal commas: both are found', async (t) => {
  const rows = 'Email;Name;Amount\na@b.co;Ada;1.234,50\nb@b.co;B\xf6b;12,00\nc@b.co;Cy;2.000,75\n';
  const ran = await run(t, { 'f.csv': Buffer.from(rows, 'latin1') }, 'f.csv');
  assert.equal(ran.status, 0, ran.stderr);
  assert.match(ran.stdout, /Of 3 rows, 0 would be rejected/);
  assert.match(ran.stdout, /line 3 has the byte F6 .* windows-1252 it reads: b@b\.co;Böb;12,00/);
  const command = lastLine(ran) ?? '';
  for (const part of ['--encoding windows-1252', "--delimiter ';'", 'Amount=amount:number:1.234,56'])
    assert.ok(command.includes(part), `${part} in ${command}`);
});
