import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { writeMailFolder } from './mail-corpus.ts'
import type { MailReport } from './mail/mail-report.ts'
import { MAIL_NPM, MAIL_PYTHON, beside, peerPython } from './peers/install-peers.ts'
import { saveResult } from './save-result.ts'

/**
 * Mails to chunks, ours beside the best stacks of Python and npm, in turn, each in a process of its own on one thread:
 *
 *     npm run bench:mail -- [FOLDER-OF-EML] [--tokenizer tokenizer.json] [--rounds 3] [--passes 3] [--mails N]
 *
 * Without a folder: the real mails beside the checkout, where they are unpacked, or else generated ones. All stacks use the same
 * tokenizer.json, without one the vocabulary of the package. Peers are installed into the user's cache folder; one
 * that cannot be is left out, and named. Writes bench/results/mail.json.
 */
const run = promisify(execFile)
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tokenizer: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    passes: { type: 'string', default: '3' },
    mails: { type: 'string', default: '1000000' },
  },
})
const write = (text: string) => process.stdout.write(`${text}\n`)
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const REAL = ['../archive-data/mail_spamassassin', '../data-unpacked/mail_spamassassin']
const EMBEDDED = here('../../processors/tokenise/vocabulary/tokenizer.json')

interface Stack {
  readonly name: string
  readonly command: readonly [file: string, ...args: string[]]
}

const mailsIn = async (folder: string): Promise<string[]> => {
  const names = await readdir(folder, { recursive: true })
  const mails = names.filter((name) => name.endsWith('.eml')).toSorted()
  return mails.slice(0, Number(values.mails)).map((name) => resolve(folder, name))
}

const stacks = async (): Promise<readonly Stack[]> => {
  const ours: Stack = {
    name: 'archive-streams',
    command: [process.execPath, here('mail/our-mail.js')],
  }
  const python = peerPython(MAIL_PYTHON).then((file): Stack => ({
    name: 'best Python',
    command: [file, here('../../bench/peers/python_mail.py')],
  }))
  const npm = beside(here('../../bench/peers/npm-mail.mjs'), MAIL_NPM).then((script): Stack => ({
    name: 'best npm',
    command: [process.execPath, script],
  }))
  const found: Stack[] = [ours]
  for (const peer of await Promise.allSettled([python, npm])) {
    if (peer.status === 'fulfilled') found.push(peer.value)
    else write(`left out: ${String(peer.reason).split('\n')[0]}`)
  }
  return found
}

const ONE_THREAD = {
  RAYON_NUM_THREADS: '1',
  TOKENIZERS_PARALLELISM: 'false',
  UV_THREADPOOL_SIZE: '1',
}

const measure = async (stack: Stack, list: string, tokenizer: string): Promise<MailReport> => {
  const [file, ...args] = stack.command
  const { stdout } = await run(file, [...args, list, tokenizer, values.passes], {
    env: { ...process.env, ...ONE_THREAD },
    maxBuffer: 1 << 26,
  })
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as MailReport
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!

const summary = (reports: readonly MailReport[]) => {
  const warm = reports.map(({ mails, warmSeconds }) => mails / warmSeconds)
  const cold = reports.map(({ mails, coldSeconds }) => mails / coldSeconds)
  const { mails, bytes, chunks, tokens, failed } = reports[0]!
  const best = Math.max(...warm)
  return {
    mails,
    bytes,
    chunks,
    tokens,
    failed,
    best: Math.round(best),
    median: Math.round(median(warm)),
    cold: Math.round(median(cold)),
    megabytes: Number(((best * bytes) / mails / 1e6).toFixed(1)),
  }
}

const scratch = await mkdtemp(join(tmpdir(), 'bench-mail-'))
try {
  const real = positionals[0] ?? REAL.find((folder) => existsSync(folder))
  const folder = real ?? join(scratch, 'mails')
  if (real === undefined) await writeMailFolder(folder, Math.min(2000, Number(values.mails)))
  const paths = await mailsIn(folder)
  const list = join(scratch, 'list')
  await writeFile(list, paths.join('\n'))
  const tokenizer = resolve(values.tokenizer ?? EMBEDDED)
  const all = await stacks()
  const reports = new Map<string, MailReport[]>(all.map(({ name }) => [name, []]))
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const stack of all) {
      reports.get(stack.name)!.push(await measure(stack, list, tokenizer))
    }
  }
  const results = [...reports].map(([name, each]) => ({ name, ...summary(each) }))
  write(`${paths.length} ${real === undefined ? 'generated' : 'real'} mails, per CPU second`)
  write(`${'stack'.padEnd(20)}    best  median    cold  ours is    MB/s  chunks  failed`)
  for (const { name, best, median: middle, cold, megabytes, chunks, failed } of results) {
    const ratio = `${(results[0]!.median / middle).toFixed(2)} x`
    const cells = [best, middle, cold, ratio, megabytes, chunks, failed]
    write(name.padEnd(20) + cells.map((cell) => String(cell).padStart(8)).join(''))
  }
  await saveResult('mail', { corpus: real === undefined ? 'generated' : 'real', results })
} finally {
  await rm(scratch, { recursive: true })
}
