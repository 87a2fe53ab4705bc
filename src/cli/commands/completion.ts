// ipam completion bash|zsh|fish: a script that completes commands and options, made from the program itself.
import { Argument, Command } from 'commander'
import type { Surroundings } from '../context.js'

export function completionCommand({ stdout }: Surroundings, program: Command): Command {
  return new Command('completion')
    .description('print a completion script: eval "$(ipam completion bash)"')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .action((shell: string) => stdout(scripts[shell as keyof typeof scripts](wordsByPath(program))))
}

/** `ipam network` → the words that may follow it. */
function wordsByPath(program: Command): Map<string, string[]> {
  const words = new Map<string, string[]>()
  const visit = (command: Command, path: string): void => {
    const options = command.options.map(option => option.long).filter(name => name !== undefined)
    words.set(path, [...command.commands.map(child => child.name()), ...options, '--help'])
    for (const child of command.commands) visit(child, `${path} ${child.name()}`)
  }
  visit(program, program.name())
  return words
}

const scripts = {
  bash: (words: Map<string, string[]>): string => `_ipam() {
  local path=ipam word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in ${[...words.keys()]
      .slice(1)
      .map(path => `"${path}"`)
      .join('|')}) path="$path $word";; esac
  done
  case "$path" in
${[...words].map(([path, list]) => `    "${path}") COMPREPLY=($(compgen -W "${list.join(' ')}" -- "\${COMP_WORDS[COMP_CWORD]}"));;`).join('\n')}
  esac
}
complete -F _ipam ipam
`,
  zsh: (words: Map<string, string[]>): string =>
    `autoload -U +X bashcompinit && bashcompinit\n${scripts.bash(words)}`,
  fish: (words: Map<string, string[]>): string =>
    `${[...words]
      .map(([path, list]) => {
        const seen = path.split(' ').slice(1)
        const condition =
          seen.length === 0
            ? '__fish_use_subcommand'
            : seen.map(word => `__fish_seen_subcommand_from ${word}`).join('; and ')
        return `complete -c ipam -f -n '${condition}' -a '${list.join(' ')}'`
      })
      .join('\n')}\n`,
}
