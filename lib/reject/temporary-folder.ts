/** A private folder among the system's temporary files, made when the first file needs it. */
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives paths in a folder of its own. */
export class TemporaryFolder {
  #made: Promise<string> | undefined;
  #count = 0;

  /** A path that nothing has. Only this user may look into its folder: rejected records are personal data. */
  async path(): Promise<string> {
    this.#made ??= mkdtemp(join(tmpdir(), 'cio-stream-rejects-'));
    return join(await this.#made, `${++this.#count}.ndjson`);
  }

  /** Removes the folder, if nothing is left in it. */
  async remove(): Promise<void> {
    const made = await this.#made?.catch(() => undefined);
    if (made !== undefined) await rmdir(made).catch(() => {});
  }
}
