/** `--limits`: which list of limits holds. `send`, `replay` and `sandbox` have it. */
import { Option } from 'commander';
import { LIMIT_LISTS } from '../../track/limits.ts';

/** The option. */
export function limitsOption(): Option {
  return new Option(
    '--limits <list>',
    "the limits of entries: those that Customer.io publishes, or the stricter list of Airbyte's connector",
  )
    .choices(Object.keys(LIMIT_LISTS))
    .default('published');
}
