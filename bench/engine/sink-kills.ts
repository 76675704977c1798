// A sink that is written in batches, 50,000 records at 1,000/s on a real broker, and a kill -9 every few seconds: what is lost, what
// is visible twice, and how large batches are.
//
//     node dist/bench/engine/sink-kills.js [records] [kills]
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kafka, stopServices } from '../../test/services/services.ts'
import { startClient } from './measured-client.ts'
import { openPeerTopics, type PeerTopics } from './peer-topics.ts'

const records = Number(process.argv[2] ?? 50_000)
const kills = Number(process.argv[3] ?? 8)
const perSecond = 1_000
/** A key is inside a batch once, as its order is kept: fewer keys make smaller batches. */
const keys = 2_000
const bytes = 300
const sessionMs = 3_000
/** A write of the store that is asked over HTTP. */
const writeMs = 20

const script = new URL(`./peer-client.${import.meta.url.slice(-2)}`, import.meta.url)
const { bootstrap } = (await kafka('kafka-4.3.1')).address

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** What a place was given: how often each record, and how many batches. */
interface Place {
  readonly sink: string
  /** Every record that can be seen there, by topic, partition and offset, as often as it can be seen. */
  readonly visible: () => Promise<readonly string[]>
  readonly batches: () => number | undefined
  readonly close: () => Promise<void>
}

const idOf = (line: string): string => {
  const { topic, partition, offset } = JSON.parse(line) as Record<string, string | number>
  return `${topic}/${partition}/${offset}`
}

const idsOf = (text: string): readonly string[] => text.split('\n').filter(Boolean).map(idOf)

/** A store over HTTP that keeps a record once, by its id; a write takes 20 ms. */
const storePlace = async (): Promise<Place> => {
  const kept = new Set<string>()
  let batches = 0
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (data: Buffer) => (text += data.toString()))
    request.on('end', () =>
      setTimeout(() => {
        batches++
        for (const id of idsOf(text)) kept.add(id)
        response.end()
      }, writeMs),
    )
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return {
    sink: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    visible: async () => [...kept],
    batches: () => batches,
    close: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** A file that is appended to: what is in it twice is seen twice. */
const filePlace = async (): Promise<Place> => {
  const folder = await mkdtemp(join(tmpdir(), 'sink-kills-'))
  const path = join(folder, 'records')
  return {
    sink: `file:${path}`,
    visible: async () => idsOf(await readFile(path, 'utf8').catch(() => '')),
    batches: () => undefined,
    close: () => rm(folder, { recursive: true, force: true }),
  }
}

const feed = async (topics: PeerTopics, topic: string): Promise<void> => {
  const begin = performance.now()
  const slice = perSecond / 10
  for (let put = 0; put < records; put += slice) {
    await sleep(begin + (put / perSecond) * 1_000 - performance.now())
    await topics.fill(topic, Math.min(slice, records - put), keys, bytes, put)
  }
}

const run = async (topics: PeerTopics, name: string, place: Place): Promise<void> => {
  const input = await topics.create('in')
  const args = { bootstrap, in: input, group: `sink-${input}`, work: 'sink', sink: place.sink }
  const start = () => startClient(script, { ...args, session: String(sessionMs) })
  let client = await start()
  const fed = feed(topics, input)
  const everyMs = ((records / perSecond) * 1_000) / (kills + 1)
  for (let kill = 0; kill < kills; kill++) {
    await sleep(everyMs)
    await client.kill()
    client = await start()
  }
  await fed
  const deadline = performance.now() + 60_000
  while (new Set(await place.visible()).size < records && performance.now() < deadline)
    await sleep(500)
  await sleep(1_000)
  await client.stop()
  const visible = await place.visible()
  const once = new Set(visible).size
  const batches = place.batches()
  const size = batches === undefined ? '' : `, ${(records / batches).toFixed(0)} records a batch`
  console.log(
    `${name}: ${kills} kills, ${records - once} of ${records} lost, ${visible.length - once} visible twice${size}`,
  )
}

const topics = await openPeerTopics(bootstrap)
try {
  for (const [name, place] of [
    ['store that keeps a record once, 20 ms a write', await storePlace()],
    ['file that is appended to', await filePlace()],
  ] as const) {
    await run(topics, name, place)
    await place.close()
  }
} finally {
  await topics.close()
  await stopServices()
}
