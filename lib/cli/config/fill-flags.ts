/**
 * A config under the flags of a command line: it says what neither a flag nor the environment has said. A flag that is given
 * stands in for all that the config says of it, also for a list.
 */
import type { Command } from 'commander';
import type { z } from 'zod';
import { longName } from '../../options.ts';
import { isGiven } from '../flags/commander.ts';
import { specOf } from '../flags/flag.ts';
import { noteFlagOrigin } from '../flags/flag-origins.ts';
import type { CommandName } from '../flags/flags.ts';
import { optionFields } from './config-options.ts';
import { readConfigFile } from './read-config.ts';

/** Reads the file of `--config` and fills in the flags of the command; errors say of each that it is from there. Throws `CIO_OPTIONS`. */
export async function fillFromConfig(command: Command): Promise<void> {
  const { config: path } = command.opts<{ config?: string }>();
  if (path === undefined) return;
  const name = command.name() as CommandName;
  const fields = optionFields(name);
  for (const [attribute, value] of Object.entries(await readConfigFile(path, name))) {
    if (isGiven(command, attribute)) continue;
    command.setOptionValueWithSource(attribute, value, 'config');
    noteFlagOrigin(longName(specOf(fields[attribute] as z.ZodType)), path);
  }
}
