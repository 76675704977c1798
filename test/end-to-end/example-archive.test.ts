import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'mocha'
import { exampleResults } from './example-results.ts'
import { openData } from './open-data.ts'
import { runCli, startArgs } from './run-cli.ts'

const root = new URL('../../../', import.meta.url)
const golden = new URL('test/goldens/example-archive.json', root)
const archive = fileURLToPath(new URL('examples/archive', root))

describe('the example archive', function () {
  this.timeout(120_000)

  it('comes to the results that are written down in test/goldens/example-archive.json', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'archive-streams-example-'))
    try {
      const ended = await runCli(...startArgs(archive, dataDir))
      assert.equal(ended.code, 0, ended.err)
      const results = await exampleResults(() => openData(dataDir))
      // To accept a wanted change: remove the golden, run this test once, look at the difference, commit.
      const accept = !existsSync(golden) && process.env['CI'] === undefined
      if (accept) await writeFile(golden, `${JSON.stringify(results, null, 2)}\n`)
      assert.deepEqual(results, JSON.parse(await readFile(golden, 'utf8')))
    } finally {
      await rm(dataDir, { recursive: true, force: true })
    }
  })
})
