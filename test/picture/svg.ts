/**
 * The frames of a terminal as one SVG that plays by itself: each line is there once for as long as it does not change. Where
 * animations are not wanted or not known, it shows the last frame.
 */
import { CURSOR, type Frame, type Run, type Size } from './terminal.ts';

/** The same line in the same place, from frame `from` to before frame `to`. */
interface Stay {
  readonly row: number;
  readonly runs: readonly Run[];
  readonly from: number;
  readonly to: number;
}

const CELL = { width: 8.4, height: 19 };
const MARGIN = 18;
const TOP = 46;
const BARS: Readonly<Record<string, number>> = { '█': 1, '▒': 0.55, '░': 0.3 };

// Its own background, dark in the light and in the dark. textLength holds the columns, however wide the reader's font is.
const STYLE = `
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace;fill:#e6edf3}
.b{font-weight:700}
text.red{fill:#ff7b72}text.green{fill:#56d364}text.yellow{fill:#e3b341}text.cyan{fill:#76e3ea}text.dim{fill:#9198a1}
rect.green{fill:#56d364}rect.yellow{fill:#e3b341}rect.dim{fill:#9198a1}.cursor{fill:#e6edf3}
.f{visibility:hidden}.last{visibility:visible}`;

/** The picture. `endMs`: when it begins again. */
export function svgOf(frames: readonly Frame[], { columns, rows }: Size, endMs: number, title: string): string {
  const used = Math.max(...frames.map(({ lines }) => lines.findLastIndex((runs) => runs.length > 0) + 1));
  const [width, height] = [Math.ceil(columns * CELL.width + 2 * MARGIN), Math.ceil(Math.min(rows, used) * CELL.height + TOP + 12)];
  const groups = new Map<string, Stay[]>();
  for (const stay of staysOf(frames)) {
    const key = `${stay.from}-${stay.to}`;
    groups.set(key, [...(groups.get(key) ?? []), stay]);
  }
  const keyframes: string[] = [];
  const body = [...groups.values()].map((stays, index) => {
    const { from, to } = stays[0] as Stay;
    const isLast = to === frames.length;
    keyframes.push(`@keyframes k${index}{${keysOf(frames, from, to, endMs)}}.f${index}{animation-name:k${index}}`);
    return `<g class="f f${index}${isLast ? ' last' : ''}">${stays.map(lineOf).join('')}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(title)}</title>
<style>${STYLE}
@media (prefers-reduced-motion:no-preference){
.f{animation-duration:${seconds(endMs)}s;animation-timing-function:step-end;animation-iteration-count:infinite}
${keyframes.join('\n')}
}
</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="#0d1117" stroke="#3d444d"/>
<circle cx="22" cy="20" r="6" fill="#ff5f57"/><circle cx="42" cy="20" r="6" fill="#febc2e"/><circle cx="62" cy="20" r="6" fill="#28c840"/>
${body.join('\n')}
</svg>
`;
}

/** Lines that do not change are one. */
function staysOf(frames: readonly Frame[]): Stay[] {
  const stays: Stay[] = [];
  const rows = frames[0]?.lines.length ?? 0;
  for (let row = 0; row < rows; row++) {
    const textAt = (frame: number): string => JSON.stringify(frames[frame]?.lines[row]);
    for (let from = 0, to = 0; from < frames.length; from = to) {
      for (to = from + 1; to < frames.length && textAt(to) === textAt(from); ) to++;
      const runs = frames[from]?.lines[row] ?? [];
      if (runs.length > 0) stays.push({ row, runs, from, to });
    }
  }
  return stays;
}

function keysOf(frames: readonly Frame[], from: number, to: number, endMs: number): string {
  const percent = (frame: number): string => `${Number((((frames[frame]?.at ?? 0) / endMs) * 100).toFixed(3))}%`;
  const before = from === 0 ? '' : '0%{visibility:hidden}';
  const after = to === frames.length ? '' : `${percent(to)}{visibility:hidden}`;
  // Without the last key it would go back to what it is without an animation.
  const end = to === frames.length ? 'visible' : 'hidden';
  return `${before}${percent(from)}{visibility:visible}${after}to{visibility:${end}}`;
}

function lineOf({ row, runs }: Stay): string {
  return runs
    .flatMap((run) => piecesOf(run))
    .map((piece) => shapeOf(piece, row))
    .join('');
}

/** Words, with the single spaces between them, and the parts of bars: wider gaps are left to the columns. */
function piecesOf({ column, text, ...style }: Run): Run[] {
  return [...text.matchAll(/(█+|▒+|░+|[^\s█▒░]+(?: [^\s█▒░]+)*)/g)].map(({ 0: piece, index }) => ({
    column: column + index,
    text: piece,
    ...style,
  }));
}

function shapeOf({ column, text, colour, isBold }: Run, row: number): string {
  const [x, y] = [round(MARGIN + column * CELL.width), TOP + row * CELL.height];
  const width = round(text.length * CELL.width);
  if (text === CURSOR) return `<rect class="cursor" x="${x}" y="${y}" width="8" height="16"/>`;
  const opacity = BARS[text.charAt(0)];
  if (opacity !== undefined)
    return `<rect class="${colour}" x="${x}" y="${y + 1}" width="${width}" height="14"${opacity === 1 ? '' : ` opacity="${opacity}"`}/>`;
  const names = [colour, isBold ? 'b' : ''].filter((name) => name !== '').join(' ');
  const classes = names === '' ? '' : ` class="${names}"`;
  return `<text${classes} x="${x}" y="${y + 13}" textLength="${width}">${escaped(text)}</text>`;
}

/** The lines of the last frame, read from the picture. */
export function lastLines(svg: string): string[] {
  const lines: string[] = [];
  for (const [, group = ''] of svg.matchAll(/^<g class="f f\d+ last">(.*)<\/g>$/gm))
    for (const [, x, y, text = ''] of group.matchAll(/<text[^>]* x="([\d.]+)" y="(\d+)"[^>]*>([^<]*)</g)) {
      const [row, column] = [(Number(y) - 13 - TOP) / CELL.height, Math.round((Number(x) - MARGIN) / CELL.width)];
      lines[row] = (lines[row] ?? '').padEnd(column) + unescaped(text);
    }
  return Array.from(lines, (line = '') => line);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(2);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function unescaped(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&gt;', '>').replaceAll('&lt;', '<').replaceAll('&amp;', '&');
}
