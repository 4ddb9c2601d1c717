/** Profiles of columns -> flags: what identifies by name and contents, conversions that are certain, flags of the user kept. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RowProfile } from '../../../lib/cli/preview/columns/row-profile.ts';
import { type MappingFlags, type Proposal, propose } from '../../../lib/cli/preview/proposal.ts';

type Table = Readonly<Record<string, readonly unknown[]>>;

function proposalFor(table: Table, given: MappingFlags = {}, how: { kind?: 'people' | 'events'; isCsv?: boolean } = {}): Proposal {
  const profile = new RowProfile({ isCsv: how.isCsv ?? true, now: Date.UTC(2026, 10, 28) });
  const rows = Math.max(...Object.values(table).map((cells) => cells.length));
  for (let row = 0; row < rows; row++)
    profile.see(Object.fromEntries(Object.entries(table).map(([name, cells]) => [name, cells[row] ?? ''])));
  return propose(profile, given, { kind: how.kind, isCsv: how.isCsv ?? true });
}
const flagsFor = (...args: Parameters<typeof proposalFor>): object => {
  const given = Object.entries(proposalFor(...args).flags).filter(([, value]) => value !== undefined && String(value) !== '');
  return Object.fromEntries(given);
};
const MAILS = ['a@b.co', 'c@d.io', 'e@f.net'];
const IDS = ['1', '2', '3'];

test('people are identified by name and contents', () => {
  assert.deepEqual(flagsFor({ 'E-Mail Address': MAILS }), { email: 'E-Mail Address' });
  assert.deepEqual(flagsFor({ 'CRM ID': IDS, Email: MAILS, Phone: ['+14155550100'] }), { id: 'CRM ID', email: 'Email', phone: 'Phone' });
});

test('a name without the contents, or contents without the name, is not enough', () => {
  const named = proposalFor({ Email: ['yes', 'no', 'no'], Contact: MAILS });
  assert.equal(named.flags.email, undefined);
  assert.deepEqual(
    named.fields.find(({ field }) => field === 'email')?.others.map(({ name }) => name),
    ['Email', 'Contact'],
  );
  assert.equal(proposalFor({ 'Owner Email': MAILS }).flags.email, undefined);
  assert.equal(proposalFor({ Email: MAILS, 'E-Mail': MAILS }).flags.email, undefined);
  assert.equal(proposalFor({ id: ['a b', 'c d', 'e f'] }).flags.id, undefined);
  // All rows are of one account.
  assert.equal(proposalFor({ 'Client ID': ['7', '7', '7'] }).flags.id, undefined);
  assert.equal(proposalFor({ Phone: ['555-1234', '+14155550100'] }).flags.phone, undefined);
});

test('a column beside that one, which would be another identifier, has another name', () => {
  const { flags } = proposalFor({ 'User ID': ['u1', 'u2', 'u3'], ID: IDS });
  assert.deepEqual([flags.id, flags.column], ['User ID', ['ID=other_id']]);
});

test('conversions, snake case, and names that need care', () => {
  const { flags } = proposalFor({
    Email: MAILS,
    'Created At': ['2024-01-02'],
    'Lifetime Value': ['1,234.50'],
    'a=b:c': ['1'],
    'Person Emial': ['1.5'],
    'Zip Code': ['00123'],
  });
  assert.equal(flags.snakeCase, true);
  assert.deepEqual(flags.column, [
    'Created At=created_at:time',
    'Lifetime Value=lifetime_value:number:1,234.56',
    String.raw`a\=b\:c=a_b_c:number`,
    // Almost a record field: that it is an attribute has to be said.
    'Person Emial=person_emial:attribute:number',
  ]);
});

test('no snake case if two columns would become one attribute; a record field is named', () => {
  const both = proposalFor({ Email: MAILS, 'First Name': ['a'], first_name: ['b'] });
  assert.deepEqual([both.flags.snakeCase, both.collisions], [undefined, ['First Name', 'first_name']]);
  const field = proposalFor({ Email: MAILS, Timestamp: ['2024-01-02'], 'Event Name': ['a'] }, {}, { kind: 'people' }).flags;
  assert.deepEqual([field.snakeCase, field.column], [true, ['Timestamp=timestamp:attribute:time', 'Event Name=event_name:attribute']]);
});

test('marks for no value: certain ones always, others only where all else is more than words', () => {
  assert.deepEqual(proposalFor({ Email: MAILS, A: ['NULL', '5'], B: ['x', 'N/A'] }).flags.null, ['NULL', 'N/A']);
  const possible = proposalFor({ Email: MAILS, Amount: ['-', '5'] });
  assert.deepEqual([possible.flags.null, possible.flags.column], [['-'], ['Amount=amount:number']]);
  const word = proposalFor({ Email: MAILS, Amount: ['NA', '5'], Country: ['NA', 'DE'] });
  assert.deepEqual([word.flags.null, word.flags.column], [[], []]);
});

test('white space is for --trim, in CSV only', () => {
  assert.equal(proposalFor({ Email: [' a@b.co'] }).flags.trim, true);
  // A name with white space is there only if two names would be the same without it.
  assert.equal(proposalFor({ Email: [' a@b.co'], ' Plan': ['x'] }).flags.trim, undefined);
  assert.equal(proposalFor({ email: [' a@b.co'] }, {}, { isCsv: false }).flags.trim, undefined);
});

test('events: the kind by the columns, or as it is given', () => {
  const table = { event: ['paid', 'seen', 'paid'], user_id: ['1', '1', '1'], occurred_at: ['2024-01-02'], event_id: IDS };
  const guessed = proposalFor(table);
  assert.deepEqual([guessed.kind, guessed.isKindGuessed], ['events', true]);
  const { name, id, time, eventId } = guessed.flags;
  assert.deepEqual({ name, id, time, eventId }, { name: 'event', id: 'user_id', time: 'occurred_at', eventId: 'event_id' });
  assert.equal(proposalFor(table, {}, { kind: 'people' }).kind, 'people');
  assert.equal(proposalFor({ email: MAILS }, { event: 'seen' }).kind, 'events');
  const formatted = proposalFor({ ...table, occurred_at: ['25/12/2024 10:00'] }, {}, { kind: 'events' }).flags;
  assert.deepEqual([formatted.time, formatted.column], [undefined, ['occurred_at=timestamp:time:DD/MM/YYYY HH:mm']]);
});

test('flags of the user are kept, and what they name is not guessed again', () => {
  const table = { Email: MAILS, 'Work Mail': MAILS, Amount: IDS, Spent: IDS };
  const { flags } = proposalFor(table, { email: 'Work Mail', column: ['Amount=', 'Spent=ltv'] });
  assert.deepEqual([flags.email, flags.column], ['Work Mail', ['Amount=', 'Spent=ltv', 'Email=other_email']]);
  assert.deepEqual(proposalFor(table, { email: 'Email', dropOthers: true }).flags.column, []);
  assert.equal(proposalFor({ A: MAILS }, { column: ['A=person_email'] }).flags.email, undefined);
});

test('JSON: what is a number already needs no flag, milliseconds become a time', () => {
  const { flags } = proposalFor({ email: MAILS, n: [1, 2], text: ['1', '2'], created_at: [1_700_000_000_000] }, {}, { isCsv: false });
  assert.deepEqual(flags.column, ['text=text:number', 'created_at=created_at:time']);
});
