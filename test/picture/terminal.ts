/** A terminal that is recorded: commands appear as if typed, run for real, and what they print is kept with its time. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import xterm from '@xterm/headless';

/** A piece of a line in one style. */
export interface Run {
  readonly column: number;
  readonly text: string;
  /** The name of a colour, or '' for the terminal's own. */
  readonly colour: string;
  readonly isBold: boolean;
}

/** The screen from `at` milliseconds on, until the next frame. */
export interface Frame {
  readonly at: number;
  readonly lines: readonly (readonly Run[])[];
}

/** The size of a screen, in cells. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

const COLOURS: Readonly<Record<number, string>> = { 1: 'red', 2: 'green', 3: 'yellow', 4: 'blue', 5: 'magenta', 6: 'cyan' };
const PROMPT = '\x1b[32m$\x1b[39m ';
/** So many keys make a frame: more frames would only make a larger picture. */
const KEYS = 2;
const KEY_MS = 18;
const BEFORE_ENTER_MS = 300;
/** Pieces that come so soon after each other belong to one picture. */
const TOGETHER_MS = 40;
/** Drawn as the cursor. */
export const CURSOR = '\u{F0000}';

/** Records one terminal. Its time stands still unless something is typed, run or waited for. */
export class Recording {
  readonly frames: Frame[] = [];
  readonly #size: Size;
  readonly #terminal: xterm.Terminal;
  #now = 0;

  constructor(size: Size) {
    this.#size = size;
    this.#terminal = new xterm.Terminal({ cols: size.columns, rows: size.rows, allowProposedApi: true, convertEol: true });
  }

  get now(): number {
    return this.#now;
  }

  wait(ms: number): void {
    this.#now += ms;
  }

  async prompt(): Promise<void> {
    await this.#print(this.frames.length === 0 ? PROMPT : `\n${PROMPT}`);
    this.#take({ hasCursor: true });
  }

  /** Types a line at the prompt, with Enter. */
  async type(text: string): Promise<void> {
    for (let from = 0; from < text.length; from += KEYS) {
      this.wait(KEYS * KEY_MS);
      await this.#print(text.slice(from, from + KEYS));
      this.#take({ hasCursor: true });
    }
    this.wait(BEFORE_ENTER_MS);
    await this.#print('\n');
    this.#take();
  }

  /** Runs a command in a terminal of its own that is as large as this one; resolves to its exit status. */
  async run(command: string, cwd: string, env: NodeJS.ProcessEnv): Promise<number> {
    const { columns, rows } = this.#size;
    const child = spawn('script', ['-qec', `stty cols ${columns} rows ${rows}; ${command}`, '/dev/null'], {
      cwd,
      env: { ...env, TERM: 'xterm-256color', SHELL: '/bin/sh' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = once(child, 'close');
    const pieces: { at: number; data: string }[] = [];
    const started = performance.now();
    child.stdout.setEncoding('utf8').on('data', (data: string) => pieces.push({ at: performance.now() - started, data }));
    const [status] = await closed;
    const ended = performance.now() - started;
    const begun = this.#now;
    for (const [index, { at, data }] of pieces.entries()) {
      this.#now = begun + at;
      await this.#print(data);
      if ((pieces[index + 1]?.at ?? Number.POSITIVE_INFINITY) - at > TOGETHER_MS) this.#take();
    }
    this.#now = begun + ended;
    return status;
  }

  #print(text: string): Promise<void> {
    return new Promise((done) => this.#terminal.write(text, done));
  }

  #take({ hasCursor = false } = {}): void {
    const { baseY, cursorX, cursorY } = this.#terminal.buffer.active;
    if (baseY > 0) throw new Error(`more than the ${this.#size.rows} rows of the screen were printed`);
    const lines = Array.from({ length: this.#size.rows }, (_, row) => this.#runsOf(row));
    if (hasCursor) lines[cursorY]?.push({ column: cursorX, text: CURSOR, colour: '', isBold: false });
    this.frames.push({ at: this.#now, lines });
  }

  #runsOf(row: number): Run[] {
    const runs: (Run & { text: string })[] = [];
    const line = this.#terminal.buffer.active.getLine(row);
    for (let column = 0; column < this.#size.columns; column++) {
      const cell = line?.getCell(column);
      const text = cell?.getChars() ?? '';
      if (!cell || text === '') continue;
      const colour = cell.isDim() ? 'dim' : cell.isFgPalette() ? (COLOURS[cell.getFgColor()] ?? '') : '';
      const isBold = cell.isBold() !== 0;
      const last = runs.at(-1);
      const isSame = last && last.column + last.text.length === column && last.colour === colour && last.isBold === isBold;
      if (isSame) last.text += text;
      else runs.push({ column, text, colour, isBold });
    }
    return runs;
  }
}
