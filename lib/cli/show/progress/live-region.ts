/**
 * The last lines of a terminal, written again and again by log-update. It loads on first use and takes a moment: what is to
 * be shown until then is not shown. If the terminal becomes narrower, one line of before may stay.
 */
import type { createLogUpdate } from 'log-update';

/** Lines that replace those before. */
export class LiveRegion {
  readonly #stream: NodeJS.WriteStream;
  #update: ReturnType<typeof createLogUpdate> | undefined;
  #loading: Promise<void> | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** Shows these lines instead of those before. Each has to be shorter than the terminal is wide, and one row has to stay free. */
  paint(lines: readonly string[]): void {
    this.#loading ??= this.#load();
    this.#update?.(lines.join('\n'));
  }

  /** Removes the lines, so that something else can be printed. */
  clear(): void {
    this.#update?.clear();
  }

  async #load(): Promise<void> {
    const { createLogUpdate } = await import('log-update');
    // Whatever ends the process, the cursor is there.
    this.#update = createLogUpdate(this.#stream, { showCursor: true });
  }
}
