/**
 * commander's Command with the manners of this program: a usage error is one line that says where the help is, and
 * never repeats what may be a credential.
 */
import { Command, type ErrorOptions } from 'commander';
import { printable } from '../../printable.ts';

/** The base of every command here. */
export class CliCommand extends Command {
  constructor(name?: string) {
    super(name);
    this.exitOverride();
  }

  override createCommand(name?: string): CliCommand {
    return new CliCommand(name);
  }

  /** commander's own, which its types don't tell. `--apikey=SECRET` is named without its value. */
  unknownOption(flag: string): void {
    const tell = Reflect.get(Command.prototype, 'unknownOption') as (this: Command, flag: string) => void;
    tell.call(this, flag.startsWith('--') ? flag.replace(/=.*/s, '') : flag.slice(0, 2));
  }

  override error(message: string, options?: ErrorOptions): never {
    super.error(this.#usageLine(message), options);
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
