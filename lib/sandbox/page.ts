/** The page that shows what arrived: plain HTML, everything from outside escaped, nothing loaded, no script. */
import { stringify } from 'lossless-json';
import type { ApiReply } from './api.ts';
import type { SandboxState } from './state.ts';

const ROWS = 100;
const STYLE =
  'body{font:15px system-ui,sans-serif;margin:2em}table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.3em .6em;text-align:left;vertical-align:top;max-width:40em;overflow-wrap:anywhere}';

/** The page. */
export function page(url: string, { counts, people, objects, relationships, events, deliveries }: SandboxState): ApiReply {
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="5"><title>cio-stream sandbox</title><style>${STYLE}</style>
<h1>A local Track API</h1>
<p>At ${escaped(url)}. The whole state is at <a href="/state">/state</a>; <code>POST /faults</code> makes it fail on purpose.</p>
${table('So far', [counts as unknown as Row])}
${table('People', people)}
${table('Objects', objects)}
${table('Relationships', relationships)}
${table('Events', events)}
${table('Deliveries', deliveries)}
</html>
`;
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  };
  return { status: 200, headers, body };
}

type Row = object;

/** The newest rows first. */
function table(title: string, rows: readonly Row[]): string {
  const shown = rows.slice(-ROWS).reverse();
  const names = [...new Set(shown.flatMap((row) => Object.keys(row)))];
  const heading = `<h2>${title}${rows.length > ROWS ? `: the newest ${ROWS} of ${rows.length}` : ''}</h2>`;
  if (shown.length === 0) return `${heading}<p>None yet.</p>`;
  const line = (cells: string[], tag: string): string => `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  const lines = shown.map((row) =>
    line(
      names.map((name) => cell(Reflect.get(row, name))),
      'td',
    ),
  );
  return `${heading}<table>${line(names, 'th')}${lines.join('\n')}</table>`;
}

function cell(value: unknown): string {
  return typeof value === 'string' ? value : (stringify(value) ?? '');
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
