/**
 * An export of a CRM, start to end, as a person has it: `preview` prints a command, a shell runs it as it was pasted, and each value
 * arrives as it should. What can't be certain is rejected with its reason.
 */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type CrmExport, crmExport, type ExportStyle, ROWS } from '../support/cli/crm-export.ts';
import { cli, folder, rejectedIn, sandboxFor } from '../support/cli/run-cli.ts';
import { shellIn } from '../support/cli/shell.ts';

/** A folder with the export in it, a sandbox, and a shell that finds `cio-stream`. */
async function desk(t: TestContext, style: ExportStyle) {
  const cwd = await folder(t);
  const sandbox = await sandboxFor(t, { requestsPerSecond: Number.POSITIVE_INFINITY });
  const made = crmExport(style);
  await writeFile(join(cwd, 'crm export.csv'), made.bytes);
  const paste = await shellIn(cwd, sandbox.env);
  return { cwd, sandbox, made, paste };
}

type Desk = Awaited<ReturnType<typeof desk>>;

/** Each person of the sandbox has the attributes expected, and there are no others. */
async function assertLoaded({
  sandbox,
  cwd,
  made: { people, rejected },
}: Pick<Desk, 'sandbox' | 'cwd'> & { made: CrmExport }): Promise<void> {
  const held = new Map(sandbox.state().people.map(({ email, attributes }) => [email, attributes]));
  assert.equal(held.size, people.size);
  for (const [email, expected] of people) assert.deepEqual({ ...held.get(email) }, expected, email);
  const lines = (await rejectedIn(join(cwd, 'rejected'))).map(({ rejected_origin, rejected_field }) => [
    (rejected_origin as { line: number }).line,
    String(rejected_field).includes('E-Mail Address') ? 'E-Mail Address' : rejected_field,
  ]);
  assert.deepEqual(new Map(lines as [number, string][]), rejected);
}

const STYLES: readonly (readonly [name: string, style: ExportStyle, flags: RegExp, notes: RegExp])[] = [
  [
    'UTF-8 with commas and days in ISO 8601',
    { delimiter: ',', encoding: 'utf8', days: 'iso' },
    /--column 'Created At=created_at:time' .*--column 'Lifetime Value=lifetime_value:number:1,234\.56' --snake-case --trim/,
    /\d+ cells of "E-Mail Address" with white space around them/,
  ],
  [
    'Latin-1 with semicolons, German numbers and days in DD/MM/YYYY',
    { delimiter: ';', encoding: 'latin1', days: 'dmy' },
    /--column 'Created At=created_at:time:DD\/MM\/YYYY' .*:number:1\.234,56' --snake-case --encoding windows-1252 --delimiter ';' --trim/,
    /not UTF-8: line 3 has the byte EB .* it reads: .*Zoë/,
  ],
  [
    'days in two forms in one column',
    { delimiter: ',', encoding: 'utf8', days: 'both' },
    /--column 'Created At=created_at:time' /,
    /"Created At" has times in several forms: [\d,]+ of [\d,]+ are not ISO 8601 and are rejected; send them again with --column 'Created At=created_at:time:DD\/MM\/YYYY'/,
  ],
];

for (const [name, style, flags, notes] of STYLES) {
  test(`${name}: the command that preview prints, pasted, loads each value`, async (t) => {
    const place = await desk(t, style);
    const { made, cwd, paste } = place;
    const shown = await cli(['preview', 'crm export.csv'], { cwd });
    assert.deepEqual([shown.status, shown.stderr], [0, '']);
    const command = shown.stdout.trimEnd().split('\n').at(-1) as string;
    assert.match(command, /^cio-stream people 'crm export\.csv' --email 'E-Mail Address' /);
    assert.match(command, flags);
    assert.match(command, / --rejects rejected\/$/);
    assert.match(shown.stdout, notes);
    // What it says would be rejected is what is rejected.
    assert.match(
      shown.stdout,
      new RegExp(`Of ${ROWS.toLocaleString('en-US')} rows, ${made.rejected.size.toLocaleString('en-US')} would be rejected`),
    );
    const ran = await paste(command);
    assert.equal(ran.status, 1, ran.stderr);
    await assertLoaded(place);
    // The second half, by the commands `rejects` and `replay`, is in crm-repair.test.ts.
  });
}

test('with --write, the printed command takes the same flags from a config', async (t) => {
  const place = await desk(t, { delimiter: ';', encoding: 'latin1', days: 'dmy' });
  const { cwd, paste } = place;
  const shown = await cli(['preview', 'crm export.csv', '--write', 'load it.json'], { cwd });
  const command = shown.stdout.trimEnd().split('\n').at(-1) as string;
  assert.equal(command, "cio-stream people 'crm export.csv' --config 'load it.json'");
  const ran = await paste(command);
  assert.equal(ran.status, 1, ran.stderr);
  await assertLoaded(place);
});
