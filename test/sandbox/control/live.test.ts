/** The event stream: what a page hears, how often, and that nothing is left of it. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { countingClock, FakeClock, turn } from '../../support/fake-clock.ts';
import { type Calls, identify, start } from '../../support/sandbox.ts';

/** A page that listens: all it has heard so far. */
async function listen(t: TestContext, url: string) {
  const abort = new AbortController();
  t.after(() => abort.abort());
  const response = await fetch(`${url}/events-stream`, { signal: abort.signal });
  const heard = { text: '', ended: false };
  const reading = (async () => {
    for await (const chunk of response.body ?? []) heard.text += Buffer.from(chunk).toString();
  })();
  void reading
    .catch(() => {})
    .then(() => {
      heard.ended = true;
    });
  /** What was heard up to the one that makes `isEnough` true, without the line about coming back. */
  const until = async (isEnough: (messages: string[]) => boolean): Promise<string[]> => {
    for (;;) {
      const messages = heard.text.split('\n\n').slice(1, -1);
      if (isEnough(messages)) return messages;
      await turn();
    }
  };
  return { response, heard, until, leave: () => abort.abort() };
}

const totalIn = (message = ''): number => JSON.parse(/^event: change\ndata: (.*)$/.exec(message)?.[1] ?? '{}').requests;

/** Sends requests one after another, until all are in the log. */
async function send(sandbox: Calls, count: number): Promise<void> {
  const before = sandbox.requests().length;
  for (let n = 0; n < count; n++) await sandbox.batch(identify({ id: n }));
  while (sandbox.requests().length < before + count) await turn();
}

test('a change is heard at once, and many that follow as one; a heartbeat when nothing happens', { timeout: 60_000 }, async (t) => {
  const clock = new FakeClock();
  const sandbox = await start(t, { clock });
  const page = await listen(t, sandbox.url);
  assert.deepEqual([page.response.status, page.response.headers.get('content-type')], [200, 'text/event-stream; charset=utf-8']);
  assert.match((await page.until((all) => all.length === 1))[0] ?? '', /^event: change\ndata: \{"counts":\{.*"requests":0\}$/);
  assert.match(page.heard.text, /^retry: \d+\n\n/);
  await send(sandbox, 20);
  await page.until((all) => all.length === 2);
  await clock.run(199);
  assert.equal(page.heard.text.split('\n\n').length, 4, 'two messages so far');
  await clock.run(1);
  assert.equal(totalIn((await page.until((all) => all.length === 3))[2]), 20);
  await clock.run(14_799);
  assert.ok(!page.heard.text.includes('\n\n:'));
  await clock.run(1);
  const all = await page.until((messages) => messages.length === 4);
  assert.equal(all[3], ':', 'and no message twice');
  await clock.run(15_000);
  assert.equal((await page.until((messages) => messages.length === 5))[4], ':');
});

test('requests, faults and a reset are changes; each page hears them', { timeout: 60_000 }, async (t) => {
  const clock = new FakeClock();
  const sandbox = await start(t, { clock });
  const pages = [await listen(t, sandbox.url), await listen(t, sandbox.url)];
  const steps: (() => unknown)[] = [() => send(sandbox, 1), () => sandbox.setFaults([{ status: 503 }]), () => sandbox.reset()];
  for (const [n, step] of steps.entries()) {
    await clock.run(1_000);
    const before = pages.map(({ heard }) => heard.text.length);
    await step();
    for (const [at, { heard }] of pages.entries()) while (heard.text.length === before[at]) await turn();
    await clock.run(1_000);
    for (const { until } of pages) await until((all) => totalIn(all.at(-1)) === (n === 2 ? 0 : 1));
  }
});

test('a page that leaves leaves no timer; the sandbox ends those that stay when it closes', { timeout: 60_000 }, async (t) => {
  const clock = countingClock(new FakeClock());
  const sandbox = await start(t, { clock });
  const [first, second] = [await listen(t, sandbox.url), await listen(t, sandbox.url)];
  await send(sandbox, 2);
  assert.ok(clock.pending > 0);
  first.leave();
  await second.until((all) => all.length >= 2);
  second.leave();
  while (clock.pending > 0) await turn();
  const third = await listen(t, sandbox.url);
  await third.until((all) => all.length === 1);
  assert.equal(clock.pending, 1, 'its heartbeat, and nothing of those who left');
  await sandbox.close();
  while (!third.heard.ended) await turn();
  assert.equal(clock.pending, 0);
});
