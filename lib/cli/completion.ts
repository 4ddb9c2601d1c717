/**
 * `cio-stream completion bash|zsh`: one static script of all commands, flags and choices. It only compares the words of the line
 * and never evaluates them, needs nothing but the shell, starts no process, and leaves all else to the completion of files.
 */
import type { Command, Option } from 'commander';
import { addCommandFlags, COMMAND_FLAGS, type CommandName } from './flags/flags.ts';

const ZSH = `# cio-stream: completion for zsh. Put into ~/.zshrc: source <(cio-stream completion zsh)
(( $+functions[compdef] )) || { autoload -U compinit && compinit }
autoload -U +X bashcompinit && bashcompinit
`;
const BASH = '# cio-stream: completion for bash. Put into ~/.bashrc: source <(cio-stream completion bash)\n';

/** The script for a shell, from a command line whose commands have no flags yet. */
export function completionScript(root: Command, shell: 'bash' | 'zsh'): string {
  const names = root.commands.map((command) => command.name());
  const rules: string[] = [];
  const flags: string[] = [];
  for (const command of root.commands) {
    const name = command.name();
    if (name in COMMAND_FLAGS) addCommandFlags(command, name as CommandName);
    for (const { argChoices } of command.registeredArguments) if (argChoices) rules.push(rule(`${name} ${name}`, argChoices));
    for (const option of command.options) rules.push(...valueRules(name, option));
    const known = command.options.flatMap(({ short, long }) => [short, long].filter((flag) => flag !== undefined));
    flags.push(`    ${name}) words='${[...known, '--help'].join(' ')}' ;;`);
  }
  return `${shell === 'zsh' ? ZSH : BASH}_cio_stream() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" command='' word words='' i
  COMPREPLY=()
  # bash takes --flag=value for three words.
  if [[ $cur == = ]]; then cur=''; elif [[ $prev == = ]]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$word" in ${[...names, 'help'].join('|')}) command="$word"; break ;; esac
  done
  case "$command $prev" in
${rules.join('\n')}
    'help help') words='${names.join(' ')}' ;;
  esac
  if [[ -z $words ]]; then case "$command" in
    '') words='${[...names, 'help', '--help', '--version'].join(' ')}' ;;
${flags.map((line) => line.replace(') ', ') [[ $cur == -* ]] && ')).join('\n')}
  esac; fi
  for word in ${shell === 'zsh' ? '$' + '{=words}' : '$words'}; do [[ $word == "$cur"* ]] && COMPREPLY+=("$word"); done
  return 0
}
complete -o default -o bashdefault -F _cio_stream cio-stream`;
}

/** What stands behind a flag: one of its choices, or a file. */
function valueRules(command: string, { required, short, long, argChoices }: Option): string[] {
  if (!required) return [];
  const where = [short, long].filter((flag) => flag !== undefined).map((flag) => `${command} ${flag}`);
  return where.map((place) => rule(place, argChoices ?? []));
}

/** No word is to be offered: then the shell looks for files. */
function rule(place: string, words: readonly string[]): string {
  return `    '${place}') ${words.length === 0 ? 'return 0' : `words='${words.join(' ')}'`} ;;`;
}
