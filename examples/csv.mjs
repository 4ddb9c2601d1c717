/**
 * Loads people from a CSV file. Rows that can't be loaded are kept in rejected/, each with the reason.
 * node examples/csv.mjs crm.csv
 */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { csv, enforceLimits, rejectWriter, trackWriter, validate } from 'customerio-streams';

const [file] = process.argv.slice(2);
const writer = trackWriter({ rejects: rejectWriter({ to: 'rejected/' }) });

await pipeline(
  createReadStream(file),
  csv({ source: file }),
  validate({
    object: 'person_identify',
    columns: {
      'CRM ID': 'person_id',
      'E-Mail Address': 'person_email',
      'Created At': { attribute: 'created_at', type: 'time' },
      'Lifetime Value': { attribute: 'ltv', type: 'number', format: '1,234.56' },
      'Internal Notes': false,
    },
    others: 'snake_case', // First Name -> first_name
  }),
  enforceLimits(),
  writer,
);
console.log(`${writer.summary}`);
