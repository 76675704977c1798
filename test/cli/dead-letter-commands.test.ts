import assert from 'node:assert/strict'
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { linesOf, runProgram } from './run-program.ts'
import { temporaryFolder } from './temporary-folder.ts'

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0])

interface Group {
  readonly count: number
  readonly code: string
  readonly tenant: string
  readonly fingerprint: string
}

describe('acting on dead letters', function () {
  this.timeout(60_000)
  const folder = temporaryFolder()
  const source = (): string => join(folder(), 'source')
  const file = (name: string): string => join(source(), name)

  const dlq = async (...args: readonly string[]): Promise<Record<string, unknown>> => {
    const said = await runProgram(['dlq', ...args, '--json', '--data-dir', join(folder(), 'data')])
    assert.equal(said.code, 0, said.err)
    return linesOf(said)[0] ?? {}
  }
  const groups = async (...args: readonly string[]): Promise<readonly Group[]> =>
    (await dlq('ls', ...args))['deadLetters'] as readonly Group[]
  const start = async (...options: readonly string[]): Promise<void> => {
    const more = ['--source', source(), '--data-dir', join(folder(), 'data'), ...options]
    const said = await runProgram(['start', '--json', '--log', 'error', ...more])
    assert.equal(said.code, 0, said.err)
  }
  const write = (name: string, content: string | Buffer, at = 1_700_000_000): void => {
    writeFileSync(file(name), content)
    utimesSync(file(name), at, at)
  }
  const counts = (replayed: number, parked: number, dryRun = false) => ({
    replayed,
    letters: replayed,
    parked,
    unknownTopic: 0,
    dryRun,
  })

  it('delivers a document that was away, once its letter is sent again', async () => {
    mkdirSync(source())
    write('away.txt', 'The shipment is delayed.')
    await runProgram(['publish', file('away.txt'), '--data-dir', join(folder(), 'data')])
    rmSync(file('away.txt'))
    write('other.txt', 'Lunch is at noon.')
    await start()
    const [group] = await groups('--group-by', 'tenant')
    assert.deepEqual([group?.count, group?.tenant, group?.code], [1, 'default', 'not-found'])
    write('away.txt', 'The shipment is delayed.')

    assert.deepEqual(await dlq('replay', '--dry-run'), counts(1, 0, true))
    assert.equal((await groups()).length, 1)
    for (const more of [[], ['--dry-run']]) {
      const unknown = ['dlq', 'replay', '--fingerprint', 'another', '--json', ...more]
      const said = await runProgram([...unknown, '--data-dir', join(folder(), 'data')])
      assert.deepEqual([said.code, said.out], [1, ''])
      assert.match(
        said.err,
        /no dead letter of the fingerprint another asks for somebody; "dlq ls"/,
      )
    }
    const [fingerprint] = (await groups()).map((each) => each.fingerprint)
    assert.deepEqual(await dlq('replay', '--fingerprint', fingerprint ?? ''), counts(1, 0))
    assert.deepEqual(await groups(), [])
    assert.equal((await groups('--state', 'replayed')).length, 1)
    assert.deepEqual(await dlq('replay'), counts(0, 0))

    await start()
    assert.deepEqual(await groups(), [])
    const show = ['show', file('away.txt'), '--json', '--data-dir', join(folder(), 'data')]
    const [story] = linesOf(await runProgram(show))
    assert.equal((story!['revisions'] as readonly unknown[]).length, 1)
  })

  it('parks what came back too often, until more attempts are allowed, and forgets what is resolved', async () => {
    mkdirSync(source())
    for (const name of ['one.png', 'two.png']) write(name, png)
    await start()
    const once = ['--max-attempts', '1'] as const
    assert.deepEqual(await dlq('replay', '--max', '1', ...once), counts(1, 0))
    assert.deepEqual(await dlq('replay', '--rate', '1000', ...once), counts(1, 0))
    await start()
    assert.deepEqual(
      (await groups()).map(({ count }) => count),
      [2],
    )
    assert.deepEqual(await dlq('replay', ...once), counts(0, 2))
    const [parked] = await groups('--state', 'parked')
    assert.equal(parked?.count, 2)
    assert.deepEqual(await groups('--state', 'open'), [])
    assert.deepEqual(await dlq('replay', ...once), counts(0, 0))
    assert.deepEqual(await dlq('replay', '--dry-run', '--max-attempts', '2'), counts(2, 0, true))

    const both = ['dlq', 'resolve', 'no-such', parked?.fingerprint ?? '', '--json']
    const half = await runProgram([...both, '--data-dir', join(folder(), 'data')])
    assert.deepEqual([half.code, linesOf(half)], [1, [{ resolved: 2 }]])
    assert.match(half.err, /no dead letter with the id, document or fingerprint no-such asks/)
    assert.deepEqual(await groups(), [])
    const again = ['dlq', 'resolve', parked?.fingerprint ?? '']
    const said = await runProgram([...again, '--data-dir', join(folder(), 'data')])
    assert.equal(said.code, 1)
    assert.match(said.err, /asks for somebody; "dlq ls" lists those that do/)
    assert.equal((await dlq('show', parked?.fingerprint ?? ''))['state'], 'replayed')
  })

  it('asks for nobody any more once the document went through by a later event', async () => {
    mkdirSync(source())
    const policy = join(folder(), 'names.yaml')
    writeFileSync(policy, 'version: 1\nname: names\nrequireNer: true\n')
    write('letter.txt', 'The shipment is delayed.')
    write('other.txt', 'Lunch is at noon.')
    await start('--set', `redact.policy=${policy}`)
    const [missing] = await groups()
    assert.deepEqual([missing?.count, missing?.code], [2, 'ner-missing'])

    rmSync(file('other.txt'))
    await start()
    const [left] = await groups('--state', 'superseded')
    assert.deepEqual([left?.count, left?.code], [1, 'ner-missing'])
    const open = await groups()
    assert.deepEqual(
      open.map(({ count, code }) => [count, code]),
      [[1, 'ner-missing']],
    )
    assert.deepEqual(await dlq('replay', '--dry-run'), counts(1, 0, true))
  })

  it('still asks for somebody when a later event fails as well', async () => {
    mkdirSync(source())
    write('picture.png', png)
    await start()
    write('picture.png', Buffer.concat([png, png]), 1_700_000_100)
    await start()
    assert.deepEqual(
      (await groups()).map(({ count }) => count),
      [2],
    )
    write('picture.png', 'It was text after all.', 1_700_000_200)
    await start()
    assert.deepEqual(await groups(), [])
    const [superseded] = await groups('--state', 'superseded')
    assert.equal(superseded?.count, 2)
  })
})
