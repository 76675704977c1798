import { systemClock as clock } from '../drivers/system/system-clock.ts'
import { systemRandom as random } from '../drivers/system/system-random.ts'
import { createTritonModelServer } from '../drivers/triton/triton-model-server.ts'
import { DEFAULT_POOL_OPTIONS } from '../gpu-runners/batching/options.ts'
import { createPace } from '../gpu-runners/batching/pace.ts'
import { createInferencePool } from '../gpu-runners/batching/pool.ts'
import { saveResult } from './save-result.ts'
import { createClients } from './triton/clients.ts'
import type { Client } from './triton/clients.ts'
import { startMock } from './triton/start-mock.ts'

/**
 * What asking a model server costs, and whether one is kept busy:
 *
 *     node dist/bench/triton.js [--requests 100] [--rounds 30] [--seconds 15] [--small]
 *
 * CPU is that of this process; the server is in another one. Clients take turns, in many short rounds: a slow minute of the machine is
 * everybody's. JSON comes after the others, who would pay for collecting what it leaves. `--small` shows that it works and saves
 * nothing; otherwise bench/results/triton.json is written.
 */
const args = process.argv.slice(2)
const small = args.includes('--small')
const numberOf = (name: string, otherwise: number): number => {
  const at = args.indexOf(`--${name}`)
  return at < 0 ? otherwise : Number(args[at + 1])
}
const requests = numberOf('requests', small ? 40 : 100)
const rounds = numberOf('rounds', small ? 2 : 30)
const seconds = numberOf('seconds', small ? 4 : 15)
const write = (text: string): void => void process.stdout.write(`${text}\n`)

const [ITEMS, TOKENS, WIDTH, AT_ONCE] = [64, 512, 384, 4] as const

/** CPU microseconds of this process per request. */
const cpuOf = async ({ ask }: Client): Promise<number> => {
  const before = process.cpuUsage()
  let left = requests
  const work = async (): Promise<void> => {
    while (left-- > 0) if ((await ask()) !== 1) throw new Error('a wrong answer')
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  const { user, system } = process.cpuUsage(before)
  return (user + system) / requests
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN

const measureTransport = async () => {
  const server = await startMock(WIDTH)
  const clients = createClients(server.url, ITEMS, TOKENS)
  const taken = new Map(clients.map(({ name }) => [name, [] as number[]]))
  const takeTurns = async (among: readonly Client[]): Promise<void> => {
    for (const client of among) await cpuOf(client)
    for (let round = 0; round < rounds; round++)
      for (const client of among) taken.get(client.name)?.push(await cpuOf(client))
  }
  await takeTurns(clients.filter(({ name }) => !name.includes('JSON')))
  await takeTurns(clients.filter(({ name }) => name.includes('JSON')))
  for (const client of clients) await client.close()
  server.stop()
  write(
    `[${ITEMS}, ${TOKENS}] INT64 to [${ITEMS}, ${WIDTH}] FP32, CPU µs per request`.padEnd(60) +
      'median    best',
  )
  return [...taken].map(([name, values]) => {
    const [middle, best] = [median(values), Math.min(...values)]
    write(`  ${name}`.padEnd(60) + middle.toFixed(0).padStart(6) + best.toFixed(0).padStart(8))
    return { name, median: middle, best }
  })
}

/** Share of the second half of the time in which the server computed, with a pool that always has more to do. */
const measureSaturation = async (execMs: number, rttMs: number) => {
  const server = await startMock(WIDTH, execMs, rttMs)
  const models = createTritonModelServer({ endpoints: [server.url] }, { clock, random })
  const options = { ...DEFAULT_POOL_OPTIONS, cost: 'sum', maxBatchTokens: 64 * 32 } as const
  const load = () => models.load?.('mock', '1') ?? Promise.resolve(undefined)
  const pace = createPace({ clock, options, load })
  const ids = Int32Array.from({ length: 32 }, (_, i) => i)
  const pool = createInferencePool({
    clock,
    options,
    pace,
    infer: async (items) => {
      await models.infer({ model: 'mock', version: '1', inputs: items.map(() => ({ ids })) })
      return items.map(() => ({ kind: 'ok', result: 0 }) as const)
    },
  })
  let stopped = false
  const feed = async (): Promise<void> => {
    const items = Array.from({ length: 64 }, () => ({ tokens: 32, bytes: 128 }))
    while (!stopped) await pool.submitAll(items)
  }
  const feeding = Promise.all(Array.from({ length: 24 }, feed))
  await new Promise((resolve) => setTimeout(resolve, (seconds * 1_000) / 2))
  const [busy, since] = [await server.busyMs(), performance.now()]
  await new Promise((resolve) => setTimeout(resolve, (seconds * 1_000) / 2))
  const share = ((await server.busyMs()) - busy) / (performance.now() - since)
  const inFlight = pace.maxInFlight()
  stopped = true
  await feeding
  await models.close()
  server.stop()
  write(
    `  ${execMs} ms a batch, ${rttMs} ms of network`.padEnd(60) +
      `${(share * 100).toFixed(1)} %`.padStart(6) +
      `${inFlight}`.padStart(8),
  )
  return { execMs, rttMs, busy: share, inFlight }
}

const transport = await measureTransport()
write('a mock server kept busy'.padEnd(62) + 'busy  in flight')
const saturation = []
for (const [execMs, rttMs] of [
  [5, 1],
  [5, 10],
  [20, 1],
  [20, 10],
  [100, 1],
  [100, 10],
] as const)
  saturation.push(await measureSaturation(execMs, rttMs))
if (!small) await saveResult('triton', { transport, saturation })
