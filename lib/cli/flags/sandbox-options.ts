/** The options of `cio-stream sandbox`: those of createSandbox that make sense on a command line. */
import { type Command, Option } from 'commander';
import { DEFAULT_REQUESTS_PER_SECOND, type LimitListName } from '../../track/limits.ts';
import { limitsOption } from './limits-option.ts';
import { several, text, wholeNumber } from './values.ts';

/** What the options give. */
export interface SandboxFlags {
  readonly port: number;
  readonly allowHost: readonly string[];
  readonly siteId: string;
  readonly apiKey: string;
  readonly region: 'us' | 'eu';
  readonly rate: number;
  readonly limits: LimitListName;
  readonly keepEvents: number;
  readonly latencyMs?: number;
  readonly faults?: string;
}

/** Adds the options. */
export function addSandboxOptions(command: Command): Command {
  return command
    .option('--port <n>', 'TCP port on 127.0.0.1; 0 takes a free one', wholeNumber(0, 65_535), 0)
    .addOption(
      new Option('--allow-host <name>', 'a further host name that it answers to; repeat for more')
        .argParser(several)
        .default([], 'localhost'),
    )
    .option('--site-id <id>', 'site id that it accepts', text, 'sandbox-site')
    .option('--api-key <key>', 'Track API key that it accepts', text, 'sandbox-key')
    .addOption(new Option('--region <region>', 'region that it says it is').choices(['us', 'eu']).default('us'))
    .option('--rate <n>', 'requests in any second; 0 is no limit', wholeNumber(0), DEFAULT_REQUESTS_PER_SECOND)
    .addOption(limitsOption())
    .option('--keep-events <n>', 'how many of the newest events to show; all are counted', wholeNumber(0), 10_000)
    .option('--latency-ms <n>', 'answer every call so much later', wholeNumber(0))
    .option(
      '--faults <file|json>',
      'what goes wrong: a list of rules as JSON, or a file that holds it, such as \'[{"status":503,"after":2,"times":3}]\'',
      text,
    );
}
