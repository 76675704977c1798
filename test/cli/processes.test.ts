import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'mocha'
import { lockDataDir } from '../../drivers/embedded/data-dir/lock-data-dir.ts'
import { systemClock } from '../../drivers/system/system-clock.ts'
import { runProgram } from './run-program.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { asShell, startSignalled } from '../end-to-end/run-cli.ts'

const main = fileURLToPath(new URL('../../cli/main.js', import.meta.url))

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0])

const installed = fileURLToPath(new URL('../../bin/archive-streams.js', import.meta.url))
const earlySignal = new URL('./early-signal.js', import.meta.url).href

const startProcess = (args: readonly string[]) => runNode([main, ...args])

const runNode = (args: readonly string[]) => runProcess(process.execPath, args)

const runProcess = (command: string, args: readonly string[]) => {
  const child = spawn(command, args, { stdio: 'pipe' })
  let err = ''
  child.stderr.on('data', (piece: Buffer) => (err += piece.toString()))
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: asShell(code as number | null, signal as NodeJS.Signals | null),
    err,
  }))
  return { child, ended, err: () => err }
}

interface Status {
  readonly subTopologies: readonly { subTopology: string; committed: number; lag: number }[]
}

describe('the command line as a process', () => {
  const folder = temporaryFolder()

  it('ends quietly when the reader of its output goes away', async () => {
    const { child, ended } = startProcess(['try', 'tokenise'])
    const line = `${JSON.stringify({ id: 1, text: 'some words '.repeat(500) })}\n`
    child.stdin.on('error', () => {})
    child.stdin.write(line.repeat(500))
    await once(child.stdout, 'data')
    child.stdout.destroy()
    assert.deepEqual(await ended, { code: 0, err: '' })
  })

  it('refuses a data folder that another process works on, and touches nothing in it', async () => {
    const dataDir = join(folder(), 'data')
    const source = join(folder(), 'a.txt')
    writeFileSync(source, 'Good morning.')
    const lock = await lockDataDir(dataDir, systemClock)
    try {
      for (const args of [['start', '--source', source], ['run']]) {
        const { code, err } = await startProcess([...args, '--data-dir', dataDir]).ended
        assert.equal(code, 75)
        assert.match(err, new RegExp(`^archive-streams: .* in use by process ${process.pid} since`))
        assert.equal(err.trimEnd().split('\n').length, 1)
        assert.deepEqual(readdirSync(dataDir), [])
      }
    } finally {
      await lock.release()
    }
  })

  it('ends and says so when the port of its metrics is taken', async function () {
    this.timeout(60_000)
    const source = join(folder(), 'a.txt')
    writeFileSync(source, 'Good morning.')
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    try {
      for (const command of ['start', 'run']) {
        const at = ['--source', source, '--data-dir', join(folder(), command)]
        const job = startProcess([command, ...at, '--metrics-port', `${port}`])
        const killing = setTimeout(() => job.child.kill('SIGKILL'), 25_000)
        const { code, err } = await job.ended
        clearTimeout(killing)
        assert.equal(code, 1, err)
        assert.match(err, /^archive-streams: .* cannot be listened at \(EADDRINUSE\).*\n$/)
      }
    } finally {
      other.close()
    }
  })

  it('tells how far a job is that runs in another process, which then drains on SIGTERM', async function () {
    if (process.platform === 'win32') this.skip()
    this.timeout(60_000)
    const dataDir = join(folder(), 'data')
    const source = join(folder(), 'source')
    mkdirSync(source)
    for (let n = 0; n < 20; n++) writeFileSync(join(source, `${n}.txt`), `Document number ${n}.`)
    const { child, ended, err } = startProcess(['run', '--source', source, '--data-dir', dataDir])
    // Until then the folder holds no archive, which is said with exit code 1.
    while (!err().includes('running ')) await once(child.stderr, 'data')
    let prepared = 0
    while (prepared < 20) {
      const said = await runProgram(['status', '--json', '--data-dir', dataDir])
      assert.equal(said.code, 0, said.err)
      const { subTopologies } = JSON.parse(said.out) as Status
      const prepare = subTopologies.find(({ subTopology }) => subTopology === 'prepare')!
      assert.ok(prepare.lag >= 0)
      prepared = prepare.committed
    }
    child.kill('SIGTERM')
    const { code } = await ended
    assert.equal(code, 0)
    assert.match(err(), /draining/)
  })

  for (const [command, code] of [
    ['start', 130],
    ['run', 0],
    ['status', 143],
  ] as const)
    it(`ends with ${code} when ${command} is told to leave as it begins`, async function () {
      if (process.platform === 'win32') this.skip()
      const args = [installed, command, '--data-dir', join(folder(), 'data')]
      const said = await runNode(['--import', earlySignal, ...args]).ended
      assert.equal(said.code, code, said.err)
    })

  it('says what to do when it may not open the files that it needs', async function () {
    if (process.platform === 'win32') this.skip()
    for (const limit of [24, 48, 64]) {
      const start = [process.execPath, installed, 'start', '--data-dir', join(folder(), 'data')]
      const command = `ulimit -n ${limit} && exec "$@"`
      const said = await runProcess('sh', ['-c', command, 'sh', ...start]).ended
      assert.deepEqual([said.code, said.err.trimEnd().split('\n').length], [1, 1], said.err)
      assert.match(said.err, /^archive-streams: this process may not open more files \(EMFILE\);/)
    }
  })

  it('drains when its terminal goes away, and is not hurried by being told twice', async function () {
    if (process.platform === 'win32') this.skip()
    const { child, ended, err } = startProcess(['run', '--data-dir', join(folder(), 'data')])
    while (!err().includes('running ')) await once(child.stderr, 'data')
    child.kill('SIGHUP')
    child.kill('SIGHUP')
    const { code } = await ended
    assert.equal(code, 0)
    assert.match(err(), /draining/)
  })

  it('ends on a second Ctrl-C, and the next start does the rest', async function () {
    if (process.platform === 'win32') this.skip()
    this.timeout(60_000)
    const dataDir = join(folder(), 'data')
    const source = join(folder(), 'source')
    mkdirSync(source)
    writeFileSync(join(source, '0.png'), png)
    for (let n = 1; n <= 300; n++) writeFileSync(join(source, `${n}.txt`), `Document number ${n}.`)
    const args = ['start', '--json', '--source', source, '--data-dir', dataDir]
    const moment = {
      folder: join(dataDir, 'objects', 'prepared'),
      signals: ['SIGINT', 'SIGINT'],
    } as const
    const { code, err } = await startSignalled(moment, ...args).ended
    assert.equal(code, 130, err)
    assert.match(err, /stopping/)

    const said = await runProgram([...args, '--log', 'error'])
    assert.equal(said.code, 0, said.err)
    const found = await runProgram(['search', 'document', '--json', '--data-dir', dataDir])
    assert.equal((JSON.parse(found.out) as { vectors: number }).vectors, 300)
    const letters = await runProgram(['dlq', 'ls', '--all', '--json', '--data-dir', dataDir])
    assert.equal(letters.out.trimEnd().split('\n').length, 1)
  })
})
