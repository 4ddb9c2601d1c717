/**
 * What `cio-stream events` costs as a process, start-up and all, beside a script with the official client: the same file of
 * small events, to the same bare server.
 */
import { inRounds, ratiosTo, summaries, tableOf } from './compare.ts';
import type { Cost } from './cost.ts';
import { measureNode, moduleAt, withFiles, withServer } from './processes.ts';
import { type Report, type Settings, say } from './report.ts';
import type { RowFile } from './rows.ts';

const COMMAND = 'cio-stream events';
const SCRIPT = 'customerio-node script';
const TUNED = 'the script, tuned';
// As in pipeline.ts.
const NO_LIMIT = '100000';

/** Runs the bench. */
export function command({ log, ...settings }: Settings): Promise<Report> {
  const rows = settings.rows ?? (settings.smoke ? 20_000 : 1_000_000);
  const rounds = settings.rounds ?? (settings.smoke ? 1 : 5);
  log(`command: writing ${say(rows)} events`);
  return withFiles([{ shape: 'small events', rows }], ([file]) =>
    withServer(async ({ baseUrl }) => {
      const { path } = file as RowFile;
      const account = ['--site-id', 'site', '--api-key', 'key', '--base-url', baseUrl, '--no-check'];
      const args = {
        [SCRIPT]: [moduleAt('official-client.js'), path, baseUrl, 'exact'],
        [TUNED]: [moduleAt('official-client.js'), path, baseUrl, 'estimated'],
        [COMMAND]: [moduleAt('../lib/cli/main.js'), 'events', path, ...account, '--rate', NO_LIMIT, '--quiet'],
      };
      const results = await inRounds({ bench: 'command', rounds, log }, [SCRIPT, TUNED, COMMAND], (name) => costOf(rows, args[name]));
      const [contenders, ratios] = [summaries(results), ratiosTo(SCRIPT, results)];
      return {
        title: `The command as a process: ${say(rows)} events of 171 bytes, median of ${rounds}`,
        table: tableOf(contenders, { 'vs. the script': ratios }),
        figures: { rows, rounds, commandToScript: ratios[COMMAND], contenders, runs: results },
      };
    }),
  );
}

async function costOf(rows: number, args: readonly string[]): Promise<Cost> {
  const startMs = performance.now();
  const used = await measureNode(args);
  return { rows, wallSeconds: (performance.now() - startMs) / 1e3, ...used };
}
