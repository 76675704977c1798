// Writes docs/commands.md from what the commands say of themselves. Needs a build. `--check` writes nothing and fails when
// the committed page differs.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const target = new URL('../docs/commands.md', import.meta.url)
const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))

/** Not a terminal, so the width is commander's 80 everywhere. */
const helpOf = (...command) =>
  execFileSync(process.execPath, [main, ...command, '--help'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trimEnd()

/** Names below `Commands:`, `help` left out. */
const commandsIn = (help) => {
  const list = help.split('\nCommands:\n')[1]?.split('\n\n')[0] ?? ''
  return [...list.matchAll(/^ {2}([a-z][\w-]*)/gm)]
    .map((match) => match[1])
    .filter((name) => name !== 'help')
}

const sectionOf = (command) => {
  const help = helpOf(...command)
  const inner = commandsIn(help).flatMap((name) => sectionOf([...command, name]))
  const own = `## ${command.join(' ')}\n\n\`\`\`\n${help}\n\`\`\`\n`
  return inner.length > 0 ? inner : [own]
}

const help = helpOf()
const page = `# Commands

<!-- Generated from the commands' own help by \`npm run docs:commands\`. -->

Exit codes are in [exit-codes.md](exit-codes.md), options of the configuration in [configuration.md](configuration.md).

\`\`\`
${help}
\`\`\`

${commandsIn(help)
  .flatMap((name) => sectionOf([name]))
  .join('\n')}`

if (!process.argv.includes('--check')) writeFileSync(target, page)
else if (readFileSync(target, 'utf8').replaceAll('\r\n', '\n') !== page) {
  console.error('docs/commands.md is out of date: run `npm run docs:commands` and commit')
  process.exit(1)
}
