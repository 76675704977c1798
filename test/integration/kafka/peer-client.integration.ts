import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { peerArgumentsOf } from '../../../bench/engine/peer-arguments.ts'
import { startClient } from '../../../bench/engine/measured-client.ts'
import { openPeerTopics, type PeerTopics } from '../../../bench/engine/peer-topics.ts'
import { kafka } from '../../services/services.ts'

const extension = import.meta.url.slice(-2)
const folder = new URL('../../../bench/engine/', import.meta.url)
const records = 600
const keys = 20

describe('the peer client', function () {
  this.timeout(60_000)
  let bootstrap: string
  let topics: PeerTopics
  let from: string
  let scratch: string

  before(async () => {
    bootstrap = (await kafka('kafka-4.3.1')).address.bootstrap
    topics = await openPeerTopics(bootstrap)
    from = await topics.create('peer-in')
    await topics.fill(from, records, keys, 100)
    scratch = mkdtempSync(join(tmpdir(), 'peer-client-'))
  })

  after(async () => {
    await topics.close()
    rmSync(scratch, { recursive: true, force: true })
  })

  /** Runs until `done`, and answers what the client says at its end. */
  const run = async (
    script: string,
    args: Readonly<Record<string, string>>,
    done: () => Promise<boolean>,
  ) => {
    const common = { bootstrap, in: from, session: '10000', commit: '5' }
    const client = await startClient(new URL(`${script}.${extension}`, folder), {
      ...common,
      ...args,
    })
    while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 20))
    return client.stop()
  }

  for (const [script, work] of [
    ['peer-client', 'pass'],
    ['peer-client', 'wait'],
    ['bare-loop', 'pass'],
    ['bare-loop', 'wait'],
  ] as const) {
    it(`copies every record once and in the order of its key: ${script}, work=${work}`, async () => {
      const out = await topics.create('peer-out')
      const done = async (): Promise<boolean> => (await topics.countIn(out)) >= records
      const counts = await run(script, { out, group: out, work }, done)
      assert.equal(counts['records'], records)
      assert.ok((counts['cpuSeconds'] ?? 0) > 0)
      assert.deepEqual(await topics.check(out, records, keys), {
        outOfOrder: 0,
        missing: 0,
        twice: 0,
      })
    })
  }

  it('writes batches into a file: work=sink', async () => {
    const file = join(scratch, 'sink.ndjson')
    const lines = (): readonly string[] => {
      try {
        return readFileSync(file, 'utf8').trimEnd().split('\n')
      } catch {
        return []
      }
    }
    const group = `${from}-sink`
    const done = async (): Promise<boolean> => lines().length >= records
    const counts = await run('peer-client', { group, work: 'sink', sink: `file:${file}` }, done)
    assert.equal(counts['records'], records)
    assert.equal(counts['abandoned'], 0)
    const written = lines().map((line) => JSON.parse(line) as { key: string; value: string })
    const numbers = written.map(({ value }) => Number.parseInt(value, 10))
    assert.deepEqual(
      numbers.toSorted((a, b) => a - b),
      Array.from({ length: records }, (_, i) => i),
    )
    assert.equal(written[0]?.key, `key-${(numbers[0] ?? 0) % keys}`)
  })

  it('says everything that is wrong with its arguments at once', () => {
    assert.throws(
      () => peerArgumentsOf(['bootstrap=b', 'work=fly', 'grup=g']),
      /unknown: grup; missing: in=; missing: group=.*work= is one of pass, wait, sink/,
    )
  })
})
