/** The options of `cio-stream sandbox`. */
import { type Command, Option } from 'commander';
import { DEFAULT_REQUESTS_PER_SECOND } from '../track/limits.ts';
import { positiveNumber, text, wholeNumber } from './values.ts';

/** What the options give. */
export interface SandboxFlags {
  readonly port: number;
  readonly siteId: string;
  readonly apiKey: string;
  readonly region: 'us' | 'eu';
  readonly rate: number;
  readonly latencyMs?: number;
  readonly faults?: string;
  readonly keepEvents: boolean;
}

/** Adds the options. */
export function addSandboxOptions(command: Command): Command {
  return command
    .option('--port <n>', 'port on 127.0.0.1; 0 is any that is free', wholeNumber(0, 65_535), 0)
    .option('--site-id <id>', 'site id that is let in', text, 'sandbox-site')
    .option('--api-key <key>', 'API key that belongs to it', text, 'sandbox-key')
    .addOption(new Option('--region <region>', 'what the region call answers').choices(['us', 'eu']).default('us'))
    .option('--rate <n>', 'calls in any second; more are answered 429', positiveNumber(1_000_000), DEFAULT_REQUESTS_PER_SECOND)
    .option('--latency-ms <n>', 'wait before each answer', wholeNumber(0))
    .option('--faults <json>', `what goes wrong: a JSON array, or @FILE; for example '[{"status":503,"times":3}]'`, text)
    .option('--no-keep-events', 'keep only the ids and the number of events, for very long runs');
}
