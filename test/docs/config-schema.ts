/** The JSON schema of config files, from the declarations of the flags: `npm run readme` writes it, a test holds it there. */
import { z } from 'zod';
import { CONFIG_COMMANDS, type ConfigOption, configOptions, optionFields } from '../../lib/cli/config/config-options.ts';
import { defaultOf, shown, specOf } from '../../lib/cli/flags/flag.ts';
import { unitOf } from '../../lib/cli/flags/units.ts';

/** Where it is in the package. */
export const CONFIG_SCHEMA_FILE = 'schema/load.schema.json';

/** Its text. */
export function configSchemaText(): string {
  const options = new Map(CONFIG_COMMANDS.flatMap((command) => configOptions(optionFields(command)).map((option) => [option.key, option])));
  const shape = Object.fromEntries([...options].map(([key, option]) => [key, described(option)]));
  const schema = z.strictObject({ $schema: z.string().optional(), ...shape }).meta({
    title: 'cio-stream --config',
    description: 'Options of cio-stream people, events, operations, preview and replay, by their long flags.',
  });
  return `${JSON.stringify(z.toJSONSchema(schema, { io: 'input', target: 'draft-7' }), null, 2)}\n`;
}

function described({ field, schema, write }: ConfigOption): z.ZodType {
  const { doc, standard } = specOf(field);
  const preset = defaultOf(field);
  const hasDefault = preset !== undefined && !Array.isArray(preset) && standard === undefined;
  const value = typeof preset === 'number' && unitOf(specOf(field)) ? shown(preset, specOf(field)) : write(preset);
  const note = standard === undefined ? '' : ` (default: ${standard})`;
  return schema.optional().meta({ description: doc + note, ...(hasDefault && { default: value }) });
}
