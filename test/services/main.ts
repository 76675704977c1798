// npm run services -- up [NAME…] | down | status | prepare: the services of the integration tests, for a developer.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from './cache-folder.ts'
import { kafkaAnswers } from './kafka-probe.ts'
import { startKafka } from './kafka.ts'
import { llamaAnswers, startLlama } from './llama.ts'
import { serviceNames, type ServiceName } from './pins.ts'
import { processStartedAt } from './process-start.ts'
import { redisAnswers, startRedis } from './redis.ts'
import { registryAnswers, startRegistry } from './registry.ts'
import { s3Answers, s3Url, startS3 } from './s3.ts'
import { prepareServices, variableOf } from './services.ts'
import { startTriton, tritonAnswers } from './triton.ts'
import { startVectorEngine, vectorEngineAnswers } from './vector-engine.ts'

interface Running {
  readonly name: ServiceName
  readonly pid: number
  /** When the process started, so that another one with its id is not taken for it. */
  readonly startedAt: string
  readonly address: string
}

const folder = join(cacheFolder(), 'running')
const stateFile = join(folder, 'services.json')

const read = (): readonly Running[] =>
  existsSync(stateFile) ? (JSON.parse(readFileSync(stateFile, 'utf8')) as Running[]) : []

const write = (running: readonly Running[]): void => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(stateFile, JSON.stringify(running, null, 2))
}

const isAlive = ({ pid, startedAt }: Running): boolean => processStartedAt(pid) === startedAt

const start = async (name: ServiceName): Promise<Running> => {
  const place = join(folder, name)
  rmSync(place, { recursive: true, force: true })
  const describe = (pid: number, address: string): Running => {
    const startedAt = processStartedAt(pid)
    if (startedAt === undefined) throw new Error(`${name} has ended; see ${place}`)
    return { name, pid, startedAt, address }
  }
  if (name === 'registry') {
    const { pid, url } = await startRegistry(place, 'detached')
    return describe(pid, url)
  }
  if (name === 'redis') {
    const { pid, url } = await startRedis(place, 'detached')
    return describe(pid, url)
  }
  if (name === 'qdrant') {
    const { pid, url } = await startVectorEngine(place, 'detached')
    return describe(pid, url)
  }
  if (name === 'triton') {
    const { pid, url } = await startTriton(place, 'detached')
    return describe(pid, url)
  }
  if (name === 'llama') {
    const { pid, url } = await startLlama(place, 'detached')
    return describe(pid, url)
  }
  if (name === 'minio' || name === 'versitygw') {
    const { pid, address } = await startS3(name, place, 'detached')
    return describe(pid, s3Url(address))
  }
  const { pid, address } = await startKafka(name, place, 'detached')
  return describe(pid, address.bootstrap)
}

const up = async (names: readonly string[]): Promise<void> => {
  const wanted = names.length > 0 ? names : (['kafka-4.3.1', 'registry'] as const)
  const unknown = wanted.filter((name) => !(serviceNames as readonly string[]).includes(name))
  if (unknown.length > 0)
    throw new Error(`no service named ${unknown.join(', ')}; there are ${serviceNames.join(', ')}`)
  for (const name of wanted as readonly ServiceName[]) {
    const others = read().filter(isAlive)
    if (others.some((each) => each.name === name)) continue
    write([...others, await start(name)])
  }
  await status()
}

const down = async (): Promise<void> => {
  const running = read().filter(isAlive)
  for (const { pid } of running) process.kill(pid, 'SIGTERM')
  const deadline = performance.now() + 10_000
  while (running.some(isAlive) && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 50))
  for (const each of running) if (isAlive(each)) process.kill(each.pid, 'SIGKILL')
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  console.log(`stopped ${running.map(({ name }) => name).join(', ') || 'nothing'}`)
}

const answers = ({ name, address }: Running): Promise<boolean> => {
  if (name === 'registry') return registryAnswers(address)
  if (name === 'redis') return redisAnswers(address)
  if (name === 'qdrant') return vectorEngineAnswers(address)
  if (name === 'minio' || name === 'versitygw') return s3Answers(address)
  if (name === 'triton') return tritonAnswers(address)
  if (name === 'llama') return llamaAnswers(address)
  const [host, port] = address.split(':')
  return kafkaAnswers(Number(port), host)
}

const status = async (): Promise<void> => {
  const running = read().filter(isAlive)
  if (running.length === 0) console.log('nothing is running')
  for (const each of running) {
    const state = (await answers(each)) ? 'answers' : 'does not answer'
    console.log(`${each.name}  ${each.address}  process ${each.pid}, ${state}`)
  }
  for (const { name, address } of running) console.log(`export ${variableOf(name)}=${address}`)
}

const [command = 'status', ...names] = process.argv.slice(2)
const commands: Readonly<Record<string, () => Promise<void>>> = {
  up: () => up(names),
  down,
  status,
  prepare: prepareServices,
}
const chosen = commands[command]
if (!chosen) {
  console.error('usage: npm run services -- up [NAME…] | down | status | prepare')
  process.exit(2)
}
try {
  await chosen()
} catch (error) {
  console.error(error instanceof Error ? error.message : 'failed')
  process.exitCode = 1
}
