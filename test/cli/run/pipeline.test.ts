import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { columnsOf } from '../../../lib/cli/flags/columns.ts';
import { CliCommand } from '../../../lib/cli/flags/commander.ts';
import { addCommandFlags, type SendFlags } from '../../../lib/cli/flags/flags.ts';
import { pipelineOf } from '../../../lib/cli/run/pipeline.ts';
import { rowStages } from '../../../lib/cli/run/row-stages.ts';
import { systemClock } from '../../../lib/clock.ts';
import type { RequestMessage } from '../../../lib/write/diagnostics.ts';
import { sandboxFor } from '../../support/cli/run-cli.ts';

const nothing = (): void => {};
const display = { everyMs: 1_000, progress: nothing, note: nothing, clear: nothing, summary: nothing };

test('the check at the start counts for the rate', async (t) => {
  const { url, siteId, apiKey, ...sandbox } = await sandboxFor(t);
  const account = ['--site-id', siteId, '--api-key', apiKey, '--base-url', url];
  const command = addCommandFlags(new CliCommand('people'), 'people').parse([...account, '--rate', '1'], {
    from: 'user',
  });
  const left: number[] = [];
  const onRequest = (message: unknown): unknown => left.push((message as RequestMessage).at);
  subscribe('customerio-streams:request', onRequest);
  t.after(() => unsubscribe('customerio-streams:request', onRequest));
  const before = systemClock.now();
  const flags: SendFlags = { ...command.opts<SendFlags>(), object: 'person_identify' };
  const { stages, writer } = await pipelineOf(
    flags,
    { display, stop: new AbortController().signal },
    { onRows: await rowStages(flags, columnsOf(flags), []) },
  );
  await pipeline([Readable.from([{ person_id: 1 }]), ...stages, writer] as never);
  assert.equal(sandbox.state().counts.applied, 1);
  // The check was the one request that may leave in this second.
  assert.equal(left.length, 1);
  assert.ok((left[0] as number) >= before + 1_000, `the batch left ${(left[0] as number) - before} ms after the check`);
});
