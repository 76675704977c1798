import { readFileSync } from 'node:fs'
import { Tokenizer } from 'tokenizers'
import { createTokeniser } from '../../processors/tokenise/tokeniser.ts'

/** Megabytes of UTF-8 per CPU second of one engine, in a process of its own. Arguments: engine, tokenizer.json, texts. */
export interface EngineReport {
  readonly cold: number
  readonly warm: number
  readonly tokens: number
  readonly loadSeconds: number
  /** CPU milliseconds for 100,000 times one character; the slowest of some. */
  readonly runMs: number
}

const [engine = '', file = '', textsFile = ''] = process.argv.slice(2)
const texts = JSON.parse(readFileSync(textsFile, 'utf8')) as string[]
const megabytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1e6

const cpuSeconds = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

type Tokenise = (text: string) => Promise<number> | number

const load = (): Tokenise => {
  const json = readFileSync(file, 'utf8')
  if (engine === 'ours') {
    const tokeniser = createTokeniser(json)
    return (text) => tokeniser.tokenise(text).ids.length
  }
  const native = Tokenizer.fromString(json)
  native.disableTruncation()
  native.disablePadding()
  return async (text) => {
    const encoding = await native.encode(text, null, { addSpecialTokens: false })
    // Both have to be there in the end: its encodings are of no use before they are fetched.
    return encoding.getOffsets().length === encoding.getIds().length ? encoding.getLength() : 0
  }
}

const started = cpuSeconds()
const tokenise = load()
const loadSeconds = cpuSeconds() - started
const pass = async () => {
  const before = cpuSeconds()
  let tokens = 0
  for (const text of texts) {
    const count = tokenise(text)
    tokens += typeof count === 'number' ? count : await count
  }
  return { tokens, rate: megabytes / (cpuSeconds() - before) }
}
const cold = await pass()
await pass()
const warm = await pass()
let runMs = 0
for (const character of ['a', '_', ' ', '\n', '1', 'é', '漢', '😀']) {
  const text = character.repeat(100_000)
  const before = cpuSeconds()
  await tokenise(text)
  runMs = Math.max(runMs, (cpuSeconds() - before) * 1000)
}
const report: EngineReport = {
  cold: cold.rate,
  warm: warm.rate,
  tokens: warm.tokens,
  loadSeconds,
  runMs,
}
process.stdout.write(`${JSON.stringify(report)}\n`)
