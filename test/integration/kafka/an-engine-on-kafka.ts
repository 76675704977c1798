import { randomUUID } from 'node:crypto'
import { createKafkaRecordLog } from '../../../drivers/kafka/kafka-record-log.ts'
import type { KafkaRecordLogOptions } from '../../../drivers/kafka/options.ts'
import { createConfluentSchemaRegistry } from '../../../drivers/registry/confluent-schema-registry.ts'
import { createSubjectTool } from '../../../drivers/registry/subjects.ts'
import { systemClock } from '../../../drivers/system/system-clock.ts'
import { systemRandom } from '../../../drivers/system/system-random.ts'
import {
  deadLetterCodec,
  documentEventCodec,
  ledgerEntryCodec,
} from '../../../schemas/generated/codecs.ts'
import type { DeadLetter, DocumentEvent } from '../../../schemas/generated/types.ts'
import { topology } from '../../../topology/model/builder.ts'
import type { AskingStage } from '../../../topology/model/stage.ts'
import { topic, type Topic } from '../../../topology/model/topic.ts'
import type { Ports } from '../../../topology/ports/ports.ts'
import type { RecordLog } from '../../../topology/ports/record-log.ts'
import type { SchemaRegistry } from '../../../topology/ports/schema-registry.ts'
import type { TelemetryEvent } from '../../../topology/ports/telemetry.ts'
import { createInlinePureRunner } from '../../../topology/runtime/inline-pure-runner.ts'
import { defaultRuntimeOptions } from '../../../topology/runtime/options.ts'
import { runTopology, type RunningTopology } from '../../../topology/runtime/run-topology.ts'
import { schemaRegistry } from '../../services/services.ts'
import { optionsFor } from './connections.ts'

export const documents = topic('documents', documentEventCodec, { partitions: 2 })
export const copies = topic('copies', documentEventCodec, { partitions: 2 })
const letters = topic('letters', deadLetterCodec, { partitions: 2 })
const ledger = topic('ledger', ledgerEntryCodec, { partitions: 2 })

export type Copy = AskingStage<DocumentEvent, DocumentEvent>['run']

/** Topics and subjects of their own on real services, and an engine that copies documents from topic to topic. */
export const onKafka = async (bootstrap: string, given: Partial<KafkaRecordLogOptions> = {}) => {
  const prefix = `${randomUUID().slice(0, 8)}.`
  const at = { url: (await schemaRegistry()).address, prefix }
  const subjects = createSubjectTool(at)
  await subjects.apply(await subjects.plan([documentEventCodec, deadLetterCodec, ledgerEntryCodec]))
  const notices: string[] = []
  const notice = (text: string): void => void notices.push(text)
  const options = optionsFor(bootstrap, { prefix, notice })
  const observer = await createKafkaRecordLog(options)
  await observer.ensureTopics([documents, copies, letters, ledger])
  const registry = createConfluentSchemaRegistry({ ...at, clock: systemClock })
  const running: { readonly log: RecordLog; readonly topology: RunningTopology }[] = []

  const all = async <V>({ name, codec }: Topic<V>): Promise<readonly V[]> => {
    const serde = await registry.open(codec)
    const ends = await observer.ends(name)
    const pages = await Promise.all(
      ends.map((_, partition) => observer.read({ topic: name, partition }, 0, 10_000)),
    )
    return Promise.all(pages.flat().map(({ value }) => serde.decode(value ?? new Uint8Array())))
  }

  return {
    prefix,
    registryAt: at,
    registry,
    observer,
    notices,
    copies: (): Promise<readonly DocumentEvent[]> => all(copies),
    letters: (): Promise<readonly DeadLetter[]> => all(letters),
    publish: async (...events: readonly DocumentEvent[]): Promise<void> => {
      const serde = await registry.open(documentEventCodec)
      const record = (event: DocumentEvent) => ({
        topic: documents.name,
        key: Buffer.from(event.documentId),
        value: serde.encode(event),
        timestamp: Date.now(),
        headers: {},
      })
      await observer.produce(events.map(record))
    },
    /** Runs the engine as another client would, with options and a registry of its own. */
    start: async (
      run: Copy,
      changes: { kafka?: Partial<KafkaRecordLogOptions>; registry?: SchemaRegistry } = {},
    ) => {
      const log = await createKafkaRecordLog({ ...options, ...given, ...changes.kafka })
      const graph = topology('test', {
        topics: [documents, copies],
        deadLetters: letters,
        ledger,
      })
      graph
        .subTopology('part', '')
        .from(documents)
        .via({
          kind: 'asking',
          name: 'copy',
          version: 1,
          order: 'key',
          doc: '',
          concurrency: 100,
          timeoutMs: 60_000,
          run,
        })
        .to(copies)
      const built = graph.build()
      const events: TelemetryEvent[] = []
      const identity = { codeVersion: '1', configHash: '2' }
      const ports = { clock: systemClock, random: systemRandom, identity } as unknown as Ports
      const engine = await runTopology({
        topology: built,
        log,
        registry: changes.registry ?? registry,
        ports,
        pure: createInlinePureRunner(built),
        telemetry: { emit: (event) => void events.push(event) },
        options: { ...defaultRuntimeOptions, drainMs: 5_000 },
      })
      running.push({ log, topology: engine })
      return { engine, events, topology: built, log }
    },
    close: async (): Promise<void> => {
      for (const { log, topology: engine } of running.splice(0)) {
        await engine.kill()
        await log.close()
      }
      await observer.close()
      await registry.close()
    },
  }
}

/** Looks until it holds; throws after a while. */
export const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + 30_000
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error('it never came to hold')
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
