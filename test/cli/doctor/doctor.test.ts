import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import type { FlagValue } from '../../../config/flag-layer.ts'
import type { Config } from '../../../config/schema.ts'
import { diagnose, type Check, type Diagnosis } from '../../../cli/doctor/check.ts'
import { logCheck } from '../../../cli/doctor/log-check.ts'
import { dataFolderCheck, lockCheck, nodeCheck } from '../../../cli/doctor/machine-checks.ts'
import { loadOrFail } from '../../../cli/load-config.ts'
import { createEmbeddedRecordLog } from '../../../drivers/embedded/record-log/embedded-record-log.ts'
import { openEnvironment } from '../../../drivers/embedded/lmdb/open-environment.ts'
import { vectorFolderOf } from '../../../drivers/embedded/vector-index/embedded-vector-index.ts'
import { lockDataDir } from '../../../drivers/embedded/data-dir/lock-data-dir.ts'
import { systemClock } from '../../../drivers/system/system-clock.ts'
import { createTopics } from '../../../topology/topics.ts'
import { runProgram } from '../run-program.ts'
import { temporaryFolder } from '../temporary-folder.ts'

interface Answer {
  readonly ok: boolean
  readonly checks: readonly { check: string; ok: boolean; message: string; advice?: string }[]
}

describe('doctor', () => {
  const folder = temporaryFolder()
  const dataDir = (): string => join(folder(), 'data')

  const ask = async (...args: readonly string[]): Promise<Answer & { code: number }> => {
    const said = await runProgram(['doctor', '--json', '--data-dir', dataDir(), ...args])
    assert.equal(said.err, '')
    return { ...(JSON.parse(said.out) as Answer), code: said.code }
  }
  const wrongIn = ({ checks }: Answer): readonly string[] =>
    checks.filter(({ ok }) => !ok).map(({ check }) => check)

  it('finds nothing wrong with the embedded profile, and leaves nothing behind', async () => {
    const answer = await ask()
    assert.deepEqual(wrongIn(answer), [])
    assert.equal(answer.code, 0)
    assert.equal(answer.ok, true)
    assert.equal(existsSync(dataDir()), false)
    assert.deepEqual(readdirSync(folder()), [])
  })

  it('says of a policy that requires a model for names that nothing would be let through', async () => {
    const file = join(folder(), 'strict.yaml')
    writeFileSync(file, 'name: strict\nversion: 1\nrequireNer: true\n')
    const answer = await ask('--set', `redact.policy=${file}`)
    assert.equal(answer.code, 1)
    const policy = answer.checks.find(({ check }) => check === 'policy')
    assert.match(policy?.message ?? '', /requires a model for names.*ner-missing/)
  })

  it('says that the vector index has the layout of an earlier version', async () => {
    const environment = openEnvironment(vectorFolderOf(dataDir()))
    const [heads] = ['heads', 'points', 'documents', 'settings'].map((name) =>
      environment.table(name),
    )
    await environment.transact(() => heads?.putSync(Buffer.from('a'), Buffer.alloc(8)))
    await environment.close()
    const answer = await ask()
    assert.deepEqual(wrongIn(answer), ['vector index'])
    const { message } = answer.checks.find(({ check }) => check === 'vector index') ?? {}
    assert.match(message ?? '', /has layout 1.*vectors rebuild --data-dir /)
  })

  const faults: readonly (readonly [string, string, readonly string[]])[] = [
    ['a source that is not there', 'sources', ['--source', '/no/such/folder']],
    ['a policy that is not there', 'policy', ['--set', 'redact.policy=none.yaml']],
    ['a tokenizer that is not there', 'tokenizer', ['--set', 'tokenise.tokenizerFile=none.json']],
    ['chunks that no model reads', 'chunk size', ['--set', 'chunk.maxTokens=9000']],
    ['a model that is not there', 'models', ['--set', 'models.embed=none']],
    ['an option that is unknown', 'configuration', ['--set', 'nothing=1']],
  ]
  for (const [what, check, args] of faults)
    it(`finds ${what} and says what to do`, async () => {
      const answer = await ask(...args)
      assert.equal(answer.code, 1)
      assert.equal(answer.ok, false)
      assert.ok(wrongIn(answer).includes(check), wrongIn(answer).join())
      assert.ok(answer.checks.every(({ ok, advice }) => ok || advice))
    })

  const look = async (
    check: (config: Config) => Check,
    ...more: readonly FlagValue[]
  ): Promise<Diagnosis | undefined> => {
    const flags = [{ flag: '--data-dir', path: 'dataDir', value: dataDir() }, ...more]
    return (await diagnose([check(loadOrFail('embedded', flags))]))[0]
  }

  it('finds a file where the data folder should be', async () => {
    writeFileSync(dataDir(), 'a file where the folder should be')
    const found = await look(dataFolderCheck)
    assert.equal(found?.ok, false)
    assert.match(found?.message ?? '', /data is a file, not a folder$/)
  })

  it('finds that the partitions are not those of the data folder', async () => {
    mkdirSync(dataDir())
    const log = await createEmbeddedRecordLog({ dataDir: dataDir(), clock: systemClock })
    const { topics, deadLetters, ledger } = createTopics(2)
    await log.ensureTopics([...Object.values(topics), deadLetters, ledger])
    await log.close()
    assert.equal((await look(logCheck))?.ok, true)
    const found = await look(logCheck, { flag: '--set', path: 'partitions', value: 8 })
    assert.equal(found?.ok, false)
    assert.match(found?.message ?? '', /archive\.documents has 2 partitions, not 8/)
  })

  it('finds records that this version cannot read', async () => {
    mkdirSync(dataDir())
    const log = await createEmbeddedRecordLog({ dataDir: dataDir(), clock: systemClock })
    const { topics } = createTopics(2)
    await log.ensureTopics([topics.chunks])
    const value = Buffer.from([0, 1, 2, 3, 4, 5])
    const record = { topic: topics.chunks.name, key: Buffer.from('k'), value, timestamp: 0 }
    await log.produce([{ ...record, headers: {} }])
    await log.close()
    const found = await look(logCheck)
    assert.equal(found?.ok, false)
    assert.match(found?.message ?? '', /archive\.chunks: chunk-set: unknown schema id/)
  })

  it('says who works on the data folder, and takes that for healthy', async () => {
    const lock = await lockDataDir(dataDir(), systemClock)
    try {
      const found = await look(lockCheck)
      assert.equal(found?.ok, true)
      const who = new RegExp(`^process ${process.pid} works on the data folder since 20`)
      assert.match(found?.message ?? '', who)
    } finally {
      await lock.release()
    }
    assert.deepEqual(await look(lockCheck), {
      check: 'lock',
      ok: true,
      message: 'no process works on the data folder',
    })
  })

  for (const [version, ok] of [
    ['20.18.3', false],
    ['20.19.0', true],
    ['18.20.0', false],
    ['22.0.0', true],
  ] as const)
    it(`takes Node.js ${version} for ${ok ? 'new enough' : 'too old'}`, async () => {
      const [diagnosis] = await diagnose([nodeCheck(version)])
      assert.equal(diagnosis?.ok, ok)
    })

  it('takes a check that throws for wrong and runs the others', async () => {
    const diagnoses = await diagnose([
      {
        name: 'one',
        look: () => {
          throw new Error('broken\nin two lines')
        },
      },
      { name: 'two', look: () => ({ ok: true, message: 'fine' }) },
    ])
    assert.deepEqual(
      diagnoses.map(({ check, ok, message }) => [check, ok, message]),
      [
        ['one', false, 'broken; in two lines'],
        ['two', true, 'fine'],
      ],
    )
  })
})
