/** What the help of each command shows below its flags: examples, and what a person has to know before a run. */
import type { CommandName } from './flags/flags.ts';

const SEND_NOTES = `

--resume: a run that resumes does not hand back again what an earlier one did. With rejected records on standard output
that is what was printed: append it to a file (>>), or better give --rejects, where they are kept before the position is.

Ctrl-C stops reading and finishes what is in flight; a second Ctrl-C leaves at once.`;

export const EXAMPLES: Readonly<Record<CommandName, string>> = {
  people: `
Examples:
  $ cio-stream people crm.csv --id "CRM ID" --email "E-Mail Address" --column "Created At"=created_at:time --snake-case
  $ zcat people.csv.gz | cio-stream people --format csv --email Email --rejects rejected/
  $ cio-stream people export.json --json-path data.rows --dry-run --report report.json
  $ cio-stream people rejected/*.ndjson --email Email      rejected records, once repaired or as they are
  $ cio-stream people s3://bucket/export/ --email Email --rejects rejected/ --resume people.state.json
  $ cio-stream people people.csv --rejects rejected/ --dedupe --state-dir state/
  $ cio-stream people 'kafka://host:9092/people?group=crm' --rejects rejected/      runs until it is stopped

--column SOURCE=target:type:format. SOURCE= leaves a column out, SOURCE=:type keeps its name. Write \\= and \\: for signs that
are part of a name, and target:attribute for an attribute that is called like a record field.${SEND_NOTES}`,
  events: `
Examples:
  $ cio-stream events orders.ndjson.gz --email email --name event --time at --event-id order_id > rejected.ndjson
  $ cio-stream events views.csv --email email --event page_viewed       every row is the same event
  $ cio-stream events visits.csv --email email --name what --column Visited="timestamp:time:DD/MM/YYYY HH:mm"${SEND_NOTES}`,
  operations: `
Examples:
  $ cio-stream operations operations.ndjson --rejects rejected/
  $ echo '{"type":"person","action":"delete","identifiers":{"id":"7"}}' | cio-stream operations${SEND_NOTES}`,
  preview: `
Examples:
  $ cio-stream preview crm.csv
  $ cio-stream preview orders.ndjson.gz --kind events --event order_placed
  $ cio-stream preview crm.csv --write load.json      then: cio-stream people crm.csv --config load.json

Flags that say what columns are, or how the input is read, are kept and completed.

Exit status: 0 if a command is proposed, 1 if it takes a decision of yours first.`,
  replay: `
Examples:
  $ cio-stream replay rejected/ --rejects again/
  $ cio-stream replay fix.csv --rejects again/      a sheet of cio-stream rejects --format csv, repaired
  $ cio-stream replay rejected/ --column "Created At"=created_at:time:DD/MM/YYYY --rejects again/
  $ cio-stream replay s3://bucket/rejected --reason refused,undeliverable --rejects s3://bucket/rejected-again --done delete
  $ cio-stream replay airbyte.jsonl --as events --email email --dry-run > still-rejected.ndjson

Each row is mapped by the flags of the run that rejected it, which are kept beside it in .cio-stream.json, or stand in the
sheet. Flags given here override single parts of them; with --as only the flags given here count.

It can be interrupted, or killed, and run again: an event that was sent before keeps its id and does not count twice.
An object is cleared by --done when all of its records are delivered or kept in --rejects. Records that --reason or
--field leave out stay where they are, and with them their object: those of its records that were meant are sent again
by the next replay.`,
  rejects: `
Examples:
  $ cio-stream rejects rejected/
  $ cio-stream rejects rejected/ --rows --reason invalid --first 20
  $ cio-stream rejects rejected/ --format csv --out fix.csv      correct it in a spreadsheet, then: cio-stream replay fix.csv
  $ cio-stream rejects s3://bucket/rejected --format json | jq '.kinds[] | [.records, .reason, .field]'`,
  check: `
Examples:
  $ cio-stream check
  $ CUSTOMERIO_REGION=eu cio-stream check --rejects s3://bucket/rejected --s3-region eu-central-1
  $ cio-stream check 'kafka://host:9092/people?group=crm' --redis redis://host`,
  sandbox: `
Examples:
  $ cio-stream sandbox --port 8080
  $ export CUSTOMERIO_BASE_URL=http://127.0.0.1:8080 CUSTOMERIO_SITE_ID=sandbox-site CUSTOMERIO_API_KEY=sandbox-key
  $ cio-stream people people.ndjson`,
};
