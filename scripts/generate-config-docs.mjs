// Writes docs/configuration.md from config/schema.ts: every option with its default, its meaning and its variable. Needs a
// build. `--check` writes nothing and fails when the committed page differs.
import { readFileSync, writeFileSync } from 'node:fs'
import { format, resolveConfig } from 'prettier'
import { effectiveValues } from '../dist/config/effective-values.js'
import { loadConfig } from '../dist/config/load.js'

const target = new URL('../docs/configuration.md', import.meta.url)

const loaded = loadConfig({
  profile: './none.yaml',
  environment: {},
  flags: [],
  readText: () => '',
})

const cell = (value) => (value === null ? '' : `\`${JSON.stringify(value)}\``)
const row = ({ option, value, doc, variable }) =>
  `| \`${option}\` | ${cell(value)} | ${doc.replaceAll('|', '\\|')} | \`${variable}\` |`

const page = `# Configuration

<!-- Generated from config/schema.ts by \`npm run docs:config\`. Edit the schema, not this page. -->

Values come from four places; a later one wins:

1. the defaults below;
2. the profile: \`--profile embedded\` (the default), \`--profile production\`, or the path of a YAML file of your own;
3. environment variables;
4. flags.

A profile holds only what differs:

\`\`\`yaml
tenant: acme
sources: [/srv/mail]
runtime:
  drainMs: 60000
redact:
  policy: everything
\`\`\`

A profile of your own stands on the defaults below, not on \`embedded\`, which has smaller values for one process. For a data folder that was begun with \`embedded\`
say \`partitions: 2\` in it: another number than the folder's is refused.

Unknown options, values of the wrong kind and options that contradict each other are all reported at once, each with the file,
line and column or the variable it came from, and with what was probably meant. The exit code is 78 then.

**Secrets** (\`redact.keys\`) come from the environment only, or from a file that a variable with \`_FILE\` behind its name points
to: \`ARCHIVE_STREAMS_REDACT__KEYS__MAIN_FILE=/run/secrets/main\` gives the key with the id \`main\`. In a profile or a flag they
are refused. They are masked wherever the configuration is shown.

Lists in variables are words between commas or JSON: \`/srv/a,/srv/b\` or \`["/srv/a"]\`.

What \`redact.policy\` may be is in [policies.md](policies.md). A policy, a model or a tokenizer that is not there or not right is
reported together with everything else that is wrong.

The log may be \`kafka\` and the registry \`confluent\` ([kafka.md](kafka.md)), the objects may be on \`s3\`
([object-stores.md](object-stores.md)), the vectors in \`qdrant\`
([vectors.md](vectors.md)), the cache in \`redis\` ([summaries.md](summaries.md)), the models on \`triton\` ([triton.md](triton.md)), and summaries can come from a large language model ([llm.md](llm.md)); every other driver is \`embedded\` in this version. Naming one that
is not there is an error that says so.

| option | default | meaning | variable |
| --- | --- | --- | --- |
${effectiveValues(loaded).map(row).join('\n')}
`

const wanted = await format(page, { ...(await resolveConfig(target)), parser: 'markdown' })
if (!process.argv.includes('--check')) writeFileSync(target, wanted)
else if (readFileSync(target, 'utf8').replaceAll('\r\n', '\n') !== wanted) {
  console.error('docs/configuration.md is out of date: run `npm run docs:config` and commit')
  process.exit(1)
}
