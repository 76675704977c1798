import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'mocha'
import { freePorts } from '../../services/free-ports.ts'
import { kafka, schemaRegistry } from '../../services/services.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))

/** The lines to be copied. The first ones build and start services, which is done here. */
const linesToCopy = async (): Promise<string> => {
  const page = await readFile(join(root, 'docs', 'kafka.md'), 'utf8')
  const [, section = ''] = page.split('## Try it on one machine')
  const [tutorial = ''] = section.split('\n## ')
  const blocks = [...tutorial.matchAll(/```sh\n([^]*?)```/g)].map(([, block = '']) => block)
  assert.match(blocks[0] ?? '', /npm run --silent services -- up/)
  assert.ok(blocks.length >= 6)
  return blocks.slice(1).join('\n')
}

describe('the tutorial of docs/kafka.md', function () {
  this.timeout(100_000)

  it('works by copy and paste', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'archive-streams-tutorial-'))
    // Another broker than that of the examples, whose topics have the same names.
    const [{ address }, registry] = await Promise.all([kafka('kafka-3.9.2'), schemaRegistry()])
    const [port = 0] = await freePorts(1)
    const script = (await linesToCopy())
      .replaceAll('/tmp/on-kafka', folder)
      .replaceAll('9464', String(port))
    // Whatever fails must not leave the pipeline behind.
    const lines = `set -eo pipefail; trap '[ -z "$pipeline" ] || kill $pipeline 2> /dev/null || true' EXIT\n${script}`
    const shell = spawn('bash', ['-c', lines], {
      cwd: root,
      env: {
        ...process.env,
        ARCHIVE_STREAMS_TEST_KAFKA_4_3_1: address.bootstrap,
        ARCHIVE_STREAMS_TEST_REGISTRY: registry.address,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    let said = ''
    for (const stream of [shell.stdout, shell.stderr])
      stream.on('data', (piece: Buffer) => (said += piece.toString()))
    const timer = setTimeout(() => process.kill(-(shell.pid ?? 0), 'SIGTERM'), 80_000)
    try {
      const [code] = (await once(shell, 'close')) as [number | null]
      assert.equal(code, 0, said)
    } finally {
      clearTimeout(timer)
      await rm(folder, { recursive: true, force: true })
    }
    const summaries = said.split('\n').filter((line) => line.startsWith('{"tenantId"'))
    assert.equal(summaries.length, 2, said)
    assert.match(summaries.join('\n'), /northern pier[^]*dining car|dining car[^]*northern pier/)
    assert.doesNotMatch(summaries.join('\n'), /7946/)
    assert.match(said, /archive_streams_lag_seconds\{sub_topology="prepare"/)
    assert.match(said, /prepare +archive\.documents .* running/)
    assert.match(said, /\nstopped\n/)
  })
})
