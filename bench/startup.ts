/** How long `cio-stream people` with one row takes from its start to its first request, beside a Node that does nothing. */
import { moduleAt, runNode, withFiles, withServer } from './processes.ts';
import { median, type Report, type Settings, say } from './report.ts';
import type { RowFile } from './rows.ts';

/** Runs the bench. */
export function startup({ log, ...settings }: Settings): Promise<Report> {
  const rounds = settings.rounds ?? (settings.smoke ? 3 : 15);
  log(`startup: ${rounds} starts`);
  return withFiles([{ shape: 'people', rows: 1 }], ([file]) =>
    withServer(async ({ baseUrl, arrivals }) => {
      const { path } = file as RowFile;
      const account = ['--site-id', 'site', '--api-key', 'key', '--base-url', baseUrl, '--no-check'];
      const people = [moduleAt('../lib/cli/main.js'), 'people', path, ...account, '--quiet'];
      const toFirstRequest = async (): Promise<number> => {
        const startMs = nowMs();
        await runNode(people);
        const [first] = await arrivals();
        if (first === undefined) throw new Error('no request has arrived');
        return first.atMs - startMs;
      };
      const toEnd = async (): Promise<number> => {
        const startMs = nowMs();
        await runNode(['-e', '0']);
        return nowMs() - startMs;
      };
      // The first reading of the files from disk, and the server's first request, are not what is measured.
      await toFirstRequest();
      const runs: { readonly people: number; readonly node: number }[] = [];
      for (let round = 0; round < rounds; round++) runs.push({ node: await toEnd(), people: await toFirstRequest() });
      return report(runs);
    }),
  );
}

function report(runs: readonly { readonly people: number; readonly node: number }[]): Report {
  const [people, node] = [median(runs.map((run) => run.people)), median(runs.map((run) => run.node))];
  const toNode = median(runs.map((run) => run.people / run.node));
  return {
    title: `Start: one row, median of ${runs.length}`,
    table: [
      ['', 'ms', 'vs. bare Node'],
      ['node -e 0, to its end', say(node), ''],
      ['cio-stream people, to its first request', say(people), say(toNode, 2)],
    ],
    figures: { rounds: runs.length, peopleMs: people, nodeMs: node, peopleToNode: toNode, runs },
  };
}

function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
