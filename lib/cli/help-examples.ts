/** What the help of each command shows below its flags: examples, and what a person has to know before a run. */
import type { CommandName } from './flags/flags.ts';

const SEND_NOTES = `

With --resume, a later run does not return rows again that an earlier run rejected. Keep them: give --rejects, or append
standard output to a file (>>).

Ctrl-C stops reading and finishes what is in flight; a second Ctrl-C exits immediately.`;

export const EXAMPLES: Readonly<Record<CommandName, string>> = {
  people: `
Examples:
  $ cio-stream people people.csv --email Email --rejects rejected/
  $ cio-stream people crm.csv --id "CRM ID" --email "E-Mail Address" --column "Created At"=created_at:time --snake-case
  $ zcat people.csv.gz | cio-stream people --format csv --email Email --rejects rejected/
  $ cio-stream people export.json --json-path data.rows --dry-run --report report.json
  $ cio-stream people s3://bucket/export/ --email Email --rejects rejected/ --resume people.state.json
  $ cio-stream people people.csv --rejects rejected/ --dedupe --state-dir state/
  $ cio-stream people rejected/*.ndjson --email Email      rejected rows, repaired or as they are
  $ cio-stream people 'kafka://host:9092/people?group=crm' --rejects rejected/      runs until stopped

--column takes SOURCE=target:type:format. SOURCE= leaves a column out; SOURCE=:type keeps its name. Write \\= and \\: for
an = or : that is part of a name, and SOURCE=id:attribute for an attribute that has the name of an identifier.${SEND_NOTES}`,
  events: `
Examples:
  $ cio-stream events orders.ndjson.gz --email email --name event --time at --event-id order_id --rejects rejected/
  $ cio-stream events views.csv --email email --event page_viewed > rejected.ndjson      every row is the same event
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

The flags you give for columns and input become part of the proposed command, which adds what is missing.

Exit status: 0 if it proposes a command, 1 if you have to decide something first.`,
  replay: `
Examples:
  $ cio-stream replay rejected/ --rejects again/
  $ cio-stream replay fix.csv --rejects again/      a sheet made by cio-stream rejects --format csv, repaired
  $ cio-stream replay rejected/ --column "Created At"=created_at:time:DD/MM/YYYY --rejects again/
  $ cio-stream replay s3://bucket/rejected --reason refused,undeliverable --rejects s3://bucket/rejected-again --done delete
  $ cio-stream replay airbyte.jsonl --as events --email email --dry-run > still-rejected.ndjson

Each row is mapped by the flags of the run that rejected it, which are saved beside it in .cio-stream.json or in the sheet.
Flags given here override them one by one; with --as only the flags given here count.

It is safe to interrupt or kill a replay and run it again: an event that was sent before keeps its id and counts once.

--done clears a file when all of its rows are delivered or stored in --rejects. If --reason or --field leave rows of a file
out, the file stays, and the next replay sends its chosen rows again.`,
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
  $ cio-stream sandbox --port 8025
  $ export CUSTOMERIO_BASE_URL=http://127.0.0.1:8025 CUSTOMERIO_SITE_ID=sandbox-site CUSTOMERIO_API_KEY=sandbox-key
  $ cio-stream people people.ndjson

It also prints the exports to paste, and shows what arrives on a page at its address. Ctrl-C ends it.`,
};

export const COMPLETION_EXAMPLE = `
Examples:
  $ source <(cio-stream completion bash)      in ~/.bashrc, to have it in each shell
  $ source <(cio-stream completion zsh)       in ~/.zshrc`;
