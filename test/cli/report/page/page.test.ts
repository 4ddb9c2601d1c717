/** The page: needs nothing from outside, lets nothing in, shows hostile text as text, and stays small. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { reportPage } from '../../../../lib/cli/report/page/page.ts';
import type { Timeline } from '../../../../lib/cli/report/recorder.ts';
import { printableLines } from '../../../../lib/cli/show/print.ts';
import type { Kind } from '../../../../lib/cli/show/reject-counts.ts';
import { type Report, type RunFacts, reportOf } from '../../../../lib/cli/show/report.ts';
import { CioError } from '../../../../lib/errors.ts';
import { Summary } from '../../../../lib/write/summary.ts';

const HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(2)>"\'&\u2028\u202eevil\u0000\u001b[2J<!--';

const FACTS: RunFacts = {
  ...{ version: '1.2.3', node: 'v20', os: 'Linux', command: "cio-stream people 'a b.csv'", exitStatus: 0 },
  ...{ startedAt: '2026-01-02T03:04:05.000Z', endedAt: '2026-01-02T03:05:05.500Z' },
  ...{ kinds: [], otherKinds: 0, retriesBy: [], mostRequestsPerSecond: 7, requestsPerSecondLimit: 100 },
};

function reportWith(facts: Partial<RunFacts>, summary = new Summary(), failure?: unknown): Report {
  return reportOf(summary, { dryRun: false, interrupted: false, failure, facts: { ...FACTS, ...facts } });
}

/** A run of so long, with as many points as it can have. */
function timelineOf(milliseconds: number): Timeline {
  const points = Math.min(600, Math.floor(milliseconds / 100) + 1);
  const values = (at: (n: number) => number): number[] => Array.from({ length: points }, (_, n) => at(n));
  const [rows, some] = [values((n) => 1_000 + n), values((n) => n % 3)];
  const series = {
    read: rows,
    delivered: rows,
    rejected: some,
    skipped: some,
    requests: rows,
    retries: some,
    waits: some,
  };
  return { milliseconds, widthMs: Math.max(100, milliseconds / points), series };
}

const sha256 = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

function inner(page: string, tag: 'script' | 'style'): string[] {
  return [...page.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))].map(([, text = '']) => text);
}

test('the policy lets in the scripts and the style of the page, and nothing else', async () => {
  const page = await reportPage(reportWith({}), timelineOf(1_000));
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'") ?? '';
  const [scripts, styles] = [inner(page, 'script'), inner(page, 'style')];
  assert.equal(scripts.length, 2);
  assert.deepEqual(policy.split('; ').slice(0, 3), [
    "default-src 'none'",
    `script-src ${scripts.map(sha256).join(' ')}`,
    `style-src ${styles.map(sha256).join(' ')}`,
  ]);
  for (const script of scripts) assert.doesNotThrow(() => new Function(script), 'a script is whole');
  // uPlot names its home in a comment.
  const shown = page.replace('/*! https://github.com/leeoniya/uPlot', '').replaceAll('xmlns="http://www.w3.org/2000/svg"', '');
  assert.doesNotMatch(shown.replaceAll('http://www.w3.org', ''), /https?:\/\/|\bsrc=|@import|url\(|href="(?!data:,")|\sstyle=|\son\w+=/i);
});

test('text from outside is text, wherever it stands', async () => {
  const summary = new Summary();
  summary.read = 1;
  summary.reject({ reason: 'invalid', message: HOSTILE, field: HOSTILE, stage: 'validate' });
  const kind: Kind = {
    ...{ reason: HOSTILE, field: HOSTILE, stream: HOSTILE, namespace: null, records: 1 },
    examples: [{ source: HOSTILE, line: 3, message: HOSTILE, value: HOSTILE, record: HOSTILE }],
  };
  const inputs = [{ input: HOSTILE, read: 1, bytes: 1, rejected: 1 }];
  const texts = { command: HOSTILE, rejectsIn: HOSTILE, os: HOSTILE, retriesBy: [{ why: HOSTILE, retries: 1, waitedMs: 1 }] };
  const report = { ...reportWith({ ...texts, kinds: [kind], inputs }, summary), error: { code: 'CIO_STATE' as const, message: HOSTILE } };
  const page = await reportPage({ ...report, unseenColumns: [{ column: HOSTILE, option: '--email' }] }, timelineOf(0));
  const bare = page.replace(/<(script|style)\b[\s\S]*?<\/\1>/g, '');
  assert.doesNotMatch(bare, /<img|alert\(1\)<\/|<!--/);
  assert.equal(printableLines(bare), bare);
  assert.equal([...page.matchAll(/<\/script>/g)].length, 3);
  assert.match(bare, /&lt;\/script&gt;&lt;script&gt;alert\(1\)/);
});

test('its size is bounded, whatever the run was', async () => {
  const kind = (n: number): Kind => {
    const example = { source: `file ${n}`.repeat(10), line: n, message: 'm'.repeat(120), value: 'v'.repeat(60), record: 'r'.repeat(120) };
    return { reason: 'invalid', field: `field ${n}`, stream: null, namespace: null, records: 1, examples: [example, example] };
  };
  const summary = new Summary();
  summary.rejected.total = 1_500;
  const kinds = Array.from({ length: 1_000 }, (_, n) => kind(n));
  const inputs = Array.from({ length: 1_000 }, (_, n) => ({ input: `${'d/'.repeat(50)}${n}.csv`, read: n, bytes: n, rejected: 0 }));
  const page = await reportPage(reportWith({ kinds, otherKinds: 500, inputs, otherInputs: 9_000 }, summary), timelineOf(3 * 86_400_000));
  assert.ok(page.length < 300_000, `${page.length} bytes`);
  assert.match(page, /and 1,450 rows of other kinds/);
  assert.match(page, /and 9,900 inputs that have no more rejected rows than these/);
});

test('each chart is a figure with an image that has a name and words, also of a run of no rows and no time', async () => {
  for (const milliseconds of [0, 40, 61_000]) {
    const page = await reportPage(reportWith({}), timelineOf(milliseconds));
    for (const id of ['chart-rows', 'chart-requests', 'chart-retries']) {
      const [, figure = ''] = new RegExp(`<figure id="${id}">([\\s\\S]*?)</figure>`).exec(page) ?? [];
      assert.match(figure, new RegExp(`role="img" aria-labelledby="${id}-title ${id}-words"`));
      assert.match(figure, new RegExp(`<title id="${id}-title">[^<]+</title><desc id="${id}-words">[^<]+</desc>`));
      assert.doesNotMatch(figure, /NaN|Infinity|undefined/);
    }
    const data = /id="timeline">([^<]*)</.exec(page)?.[1] ?? '';
    assert.equal(JSON.parse(data).charts.length, 3);
  }
});

test('where rejected rows could not be stored, no command leads there', async () => {
  const summary = new Summary();
  summary.reject({ reason: 'invalid', message: 'is null', stage: 'validate' });
  const rows = async (failure?: Error): Promise<string> => {
    const page = await reportPage(reportWith({ rejectsIn: '/tmp/rej' }, summary, failure), timelineOf(0));
    return /<section id="rejected-rows">[\s\S]*?<\/section>/.exec(page)?.[0] ?? '';
  };
  assert.match(await rows(), /They are in <code id="rejects-in">\/tmp\/rej[\s\S]*cio-stream replay \/tmp\/rej/);
  const full = await rows(new CioError('CIO_REJECT_STORE', 'no space left'));
  assert.match(full, /Those that could be stored are in <code id="rejects-in">\/tmp\/rej/);
  assert.doesNotMatch(full, /cio-stream/);
});
