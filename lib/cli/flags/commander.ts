/**
 * commander's Command as this program needs it: a usage error is one line that names the help, an unknown command is one
 * also if help is asked for, and what may be a credential is never repeated.
 */
import { Command, type ErrorOptions, type HelpContext } from 'commander';
import { printable } from '../../printable.ts';

/** True if the command line, the environment or a config gives the option; by the name that it has in `flags`. */
export function isGiven(command: Command, attribute: string): boolean {
  return !['default', undefined].includes(command.getOptionValueSource(attribute));
}

/** The base of every command here. */
export class CliCommand extends Command {
  constructor(name?: string) {
    super(name);
    this.exitOverride();
  }

  override createCommand(name?: string): CliCommand {
    return new CliCommand(name);
  }

  /** commander's own, which its types do not have. `--apikey=SECRET` is named without its value. */
  unknownOption(flag: string): void {
    const [name = ''] = flag.split('=', 1);
    const isSwitch = flag !== name && this.options.some(({ long }) => long === name);
    if (isSwitch) this.error(`option '${name}' takes no value`, { code: 'commander.unknownOption' });
    const report = Reflect.get(Command.prototype, 'unknownOption') as (this: Command, flag: string) => void;
    report.call(this, flag.startsWith('--') ? name : flag.slice(0, 2));
  }

  /** If help is asked for a command that does not exist, general help would hide that. */
  override outputHelp(context?: HelpContext | ((text: string) => string)): void {
    const name = this.args.find((arg) => arg !== 'help' && !arg.startsWith('-'));
    const isKnown = name === undefined || this.commands.some((command) => command.name() === name);
    if (this.commands.length > 0 && !isKnown) this.unknownCommand(name);
    super.outputHelp(context as HelpContext);
  }

  /** `help people` is `people --help`: commander's own prints help before the flags of the command are added. */
  _dispatchHelpCommand(name: string | undefined): unknown {
    if (name === undefined) return this.help();
    const dispatch = Reflect.get(Command.prototype, '_dispatchSubcommand') as (this: Command, ...args: unknown[]) => unknown;
    return dispatch.call(this, name, [], ['--help']);
  }

  /** commander's own, which its types do not have. */
  unknownCommand(name: string = this.args[0] ?? ''): void {
    this.args = [name];
    (Reflect.get(Command.prototype, 'unknownCommand') as (this: Command) => void).call(this);
  }

  override error(message: string, options?: ErrorOptions): never {
    // If no command is near, all are named.
    const isFar = options?.code === 'commander.unknownCommand' && !message.includes('Did you mean');
    const known = isFar ? `; known: ${this.commands.map((command) => command.name()).join(', ')}` : '';
    super.error(this.#usageLine(message + known), options);
  }

  #usageLine(text: string): string {
    const names = [this.name()];
    for (let above = this.parent; above; above = above.parent) names.unshift(above.name());
    const said = text
      .trim()
      .replace(/^error: /, '')
      .replace(/\n\(Did you mean (.*)\?\)$/, ': did you mean $1?')
      .replace(/\.$/, '')
      .replaceAll('\n', ' ');
    return `cio-stream: ${printable(said)}; see ${names.join(' ')} --help`;
  }
}
