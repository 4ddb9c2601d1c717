/**
 * A config under the flags of a command line: it says what neither a flag nor the environment has said. A flag that is given
 * stands in for all that the config says of it, also for a list.
 */
import type { Command } from 'commander';
import type { z } from 'zod';
import { longName } from '../../options.ts';
import { specOf } from '../flags/flag.ts';
import { noteFlagOrigin } from '../flags/flag-origins.ts';
import { optionFields } from './config-options.ts';
import { type ConfigCommand, type ConfigFlags, readConfigFile } from './read-config.ts';

/** Reads the file of `--config` and fills in the flags of the command. Throws `CIO_OPTIONS`. */
export async function fillFromConfig(command: Command): Promise<void> {
  const { config: path } = command.opts<{ config?: string }>();
  if (path === undefined) return;
  fillFlags(command, await readConfigFile(path, command.name() as ConfigCommand), path);
}

/** Fills in flags that are read already; errors say of each that it is from `where`. */
export function fillFlags(command: Command, given: ConfigFlags, where: string): void {
  const fields = optionFields(command.name() as ConfigCommand);
  const filled = Object.keys(given).filter((attribute) => ['default', undefined].includes(command.getOptionValueSource(attribute)));
  for (const attribute of filled) command.setOptionValueWithSource(attribute, given[attribute], 'config');
  noteFlagOrigin(
    filled.map((attribute) => longName(specOf(fields[attribute] as z.ZodType))),
    where,
  );
}
