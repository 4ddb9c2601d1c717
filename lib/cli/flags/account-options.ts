/** The options that say whose data goes where; `send` and `check` share them. */
import { type Command, Option } from 'commander';
import { httpUrl, text } from './values.ts';

/** What the options give. */
export interface AccountFlags {
  readonly siteId?: string;
  readonly apiKey?: string;
  readonly region: 'us' | 'eu' | 'auto';
  readonly baseUrl?: string;
}

const VARIABLES = ['CUSTOMERIO_SITE_ID', 'CUSTOMERIO_API_KEY', 'CUSTOMERIO_REGION', 'CUSTOMERIO_BASE_URL'] as const;

/** Adds the options. */
export function addAccountOptions(command: Command): Command {
  // An empty variable is how many a tool says "not set".
  for (const name of VARIABLES) if (process.env[name] === '') delete process.env[name];
  const [siteId, apiKey, region, baseUrl] = VARIABLES;
  return command
    .optionsGroup('Account:')
    .addOption(new Option('--site-id <id>', 'site id: Settings > API credentials > Track API').env(siteId).argParser(text))
    .addOption(
      new Option('--api-key <key>', 'Track API key; other users of the machine see flags in `ps`, so set the variable')
        .env(apiKey)
        .argParser(text),
    )
    .addOption(
      new Option('--region <region>', 'where the workspace lives; auto asks the API')
        .choices(['us', 'eu', 'auto'])
        .default('auto')
        .env(region),
    )
    .addOption(
      new Option('--base-url <url>', "another address of the API, such as the sandbox's; then --region is not used")
        .env(baseUrl)
        .argParser(httpUrl('--base-url')),
    );
}
