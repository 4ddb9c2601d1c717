/**
 * The last lines of a terminal, painted again and again. A terminal that becomes narrower breaks what is there into more
 * lines, so their number is counted by the width of now. Each line ends with a line break: the cursor stands below them.
 */
import { widthOf } from '../table.ts';

/** What it needs of a terminal. */
export interface Terminal {
  /** Cells of a line. */
  readonly columns: number;
  write(text: string): void;
}

/** A line: as it is written, and the text in it, whose width counts. */
export interface PaintedLine {
  readonly text: string;
  readonly painted: string;
}

const UP = (lines: number): string => `\u001b[${lines}A`;
const ERASE_BELOW = '\u001b[0J';

/** Paints lines over those before. */
export class LiveRegion {
  readonly #terminal: Terminal;
  #widths: readonly number[] = [];

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Shows these lines instead of those before. */
  paint(lines: readonly PaintedLine[]): void {
    const erase = this.#erase();
    this.#widths = lines.map(({ text }) => widthOf(text));
    this.#terminal.write(erase + lines.map(({ painted }) => `${painted}\n`).join(''));
  }

  /** Removes the lines, so that something else can be printed. */
  clear(): void {
    const erase = this.#erase();
    this.#widths = [];
    if (erase !== '') this.#terminal.write(erase);
  }

  #erase(): string {
    const { columns } = this.#terminal;
    const height = this.#widths.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / Math.max(1, columns))), 0);
    return height === 0 ? '' : `${UP(height)}\r${ERASE_BELOW}`;
  }
}
