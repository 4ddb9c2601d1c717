/**
 * Progress in lines that fit a terminal, however narrow: a bar in three parts (settled, in flight, to come), then counts, speeds
 * and what holds the run up, broken between them. Pure functions.
 */
import { printable } from '../../../printable.ts';
import { countOf, duration, number, size } from '../../../wording.ts';
import type { Paint, Style } from '../paint.ts';
import { cutTo, widthOf } from '../table.ts';
import type { Progress } from './throughput.ts';

/** A piece of a line, which is not broken. */
interface Piece {
  readonly text: string;
  readonly style?: Style | undefined;
}

/** Progress, and what is known beside it. */
export interface ShownProgress extends Progress {
  /** What holds the run up, in words. */
  readonly state: string | undefined;
  /** Requests that may leave in a second. */
  readonly requestsPerSecondLimit: number | undefined;
}

const GAP = ', ';
const BAR_CELLS = { least: 4, most: 40 };

/** The lines; none is longer than `width`. */
export function progressLines(progress: ShownProgress, width: number, paint: Paint): string[] {
  const groups = [counts(progress), speeds(progress)].flatMap((pieces) => flow(pieces, width, paint));
  const { settledShare, readShare } = progress;
  const outlook = flow(outlookOf(progress), width, paint);
  if (settledShare === undefined || readShare === undefined) return [...outlook, ...groups];
  return [barLine({ settledShare, readShare, percent: progress.percent ?? 0 }, width, paint), ...outlook, ...groups];
}

/** One line without colour, for logs. */
export function progressText(progress: ShownProgress): string {
  const percent = progress.percent === undefined ? [] : [{ text: `${progress.percent} %` }];
  return [...percent, ...outlookOf(progress), ...counts(progress), ...speeds(progress)].map(({ text }) => text).join(GAP);
}

/** The cells of a bar; each part has the cells that its share rounds to, and together they are `cells`. A share of nothing is none. */
export function barParts(settledShare: number, readShare: number, cells: number): [number, number, number] {
  const room = Math.max(0, Math.floor(cells));
  const settled = Math.min(room, Math.max(0, Math.floor((settledShare || 0) * room)));
  const read = Math.min(room, Math.max(settled, Math.round((readShare || 0) * room)));
  return [settled, read - settled, room - read];
}

function barLine(shares: { settledShare: number; readShare: number; percent: number }, width: number, paint: Paint): string {
  const percent = `${String(shares.percent).padStart(3)} %`;
  const cells = Math.min(BAR_CELLS.most, width - percent.length - 1);
  if (cells < BAR_CELLS.least) return lineOf([{ text: percent.trim() }], width, paint);
  const [settled, inFlight, toCome] = barParts(shares.settledShare, shares.readShare, cells);
  const parts: [Style, string][] = [
    ['green', '█'.repeat(settled)],
    ['yellow', '▒'.repeat(inFlight)],
    ['dim', '░'.repeat(toCome)],
  ];
  const bar = parts.map(([style, text]) => (text === '' ? '' : paint(style, text))).join('');
  return `${bar} ${percent}`;
}

function outlookOf({ etaSeconds, elapsedSeconds, input, topics, bytesTotal, bytesRead }: ShownProgress): Piece[] {
  const pieces: Piece[] = [];
  if (etaSeconds !== undefined) pieces.push({ text: `${duration(etaSeconds)} left`, style: 'bold' });
  pieces.push({ text: `${duration(elapsedSeconds)} elapsed` });
  if (bytesTotal === undefined && bytesRead > 0) pieces.push({ text: `${size(bytesRead)} read` });
  if (topics) pieces.push({ text: countOf(topics.partitions, 'partition') });
  if (topics?.lag !== undefined) pieces.push({ text: `lag ${number(topics.lag)}` });
  if (input) pieces.push({ text: printable(input.name) + (input.count > 1 ? ` (${number(input.index)} of ${number(input.count)})` : '') });
  return pieces;
}

function counts({ read, delivered, rejected, skipped, inFlight }: ShownProgress): Piece[] {
  const pieces: Piece[] = [{ text: countOf(read, 'row') }, { text: `${number(delivered)} delivered`, style: 'green' }];
  pieces.push({ text: `${number(rejected)} rejected`, style: rejected > 0 ? 'red' : undefined });
  if (skipped > 0) pieces.push({ text: `${number(skipped)} skipped` });
  if (inFlight > 0) pieces.push({ text: `${number(inFlight)} in flight`, style: 'yellow' });
  return pieces;
}

function speeds({ recordsPerSecond, requestsPerSecond, requestsPerSecondLimit, state }: ShownProgress): Piece[] {
  const limit = requestsPerSecondLimit === undefined ? '' : ` of ${number(requestsPerSecondLimit)}`;
  const pieces: Piece[] = [{ text: `${number(recordsPerSecond)} rows/s` }, { text: `${number(requestsPerSecond)}${limit} requests/s` }];
  if (state !== undefined) pieces.push({ text: printable(state), style: 'yellow' });
  return pieces;
}

/** As many pieces in a line as fit; one that is too long for a line is cut. */
function flow(pieces: readonly Piece[], width: number, paint: Paint): string[] {
  const lines: Piece[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const piece of pieces) {
    const needed = widthOf(piece.text) + GAP.length;
    if (used + needed > width + GAP.length) {
      lines.push([]);
      used = 0;
    }
    lines.at(-1)?.push(piece);
    used += needed;
  }
  return lines.map((line) => lineOf(line, width, paint));
}

function lineOf(pieces: readonly Piece[], width: number, paint: Paint): string {
  const painted = pieces.map(({ text, style }) => {
    const cut = cutTo(text, width);
    return style === undefined || cut === '' ? cut : paint(style, cut);
  });
  return painted.join(GAP);
}
