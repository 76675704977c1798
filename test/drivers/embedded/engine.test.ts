import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { createEmbeddedRecordLog } from '../../../drivers/embedded/record-log/embedded-record-log.ts'
import { createPackageSchemaRegistry } from '../../../drivers/embedded/schema-registry/package-schema-registry.ts'
import { systemClock } from '../../../drivers/system/system-clock.ts'
import { systemRandom } from '../../../drivers/system/system-random.ts'
import { createCountingTelemetry } from '../../../drivers/telemetry/counting-telemetry.ts'
import { createWorkerPureRunner } from '../../../drivers/workers/worker-pure-runner.ts'
import type { Ports } from '../../../topology/ports/ports.ts'
import { defaultRuntimeOptions } from '../../../topology/runtime/options.ts'
import { runTopology } from '../../../topology/runtime/run-topology.ts'
import { aDocumentEvent } from '../../builders/a-document-event.ts'
import { uuid } from '../../contracts/vector-index.contract.ts'
import { asDocumentId } from '../../../schemas/brands.ts'
import { createCopyingTopology, deadLetters, input, output } from './copying-topology.ts'
import { temporaryFolder } from './temporary-folder.ts'

const count = 600
const module = new URL(`./copying-topology${import.meta.url.slice(-3)}`, import.meta.url).href

describe('the engine on the embedded drivers', () => {
  it('takes every record through worker threads to its topic, in the order of its key', async () => {
    const folder = temporaryFolder()
    const log = await createEmbeddedRecordLog({ dataDir: folder.path, clock: systemClock })
    const registry = createPackageSchemaRegistry()
    const pure = createWorkerPureRunner({
      module,
      exportName: 'createCopyingTopology',
      options: {},
      clock: systemClock,
      threads: 1,
    })
    // This topology asks nothing of the other ports.
    const ports = {
      clock: systemClock,
      random: systemRandom,
      identity: { codeVersion: '0.0.0', configHash: '0' },
    } as Ports
    const telemetry = createCountingTelemetry()
    await log.ensureTopics([input])
    const serde = await registry.open(input.codec)
    const events = Array.from({ length: count }, (_, i) =>
      aDocumentEvent({
        documentId: asDocumentId(uuid(`${i % 37}`)),
        revision: BigInt(i),
        name: i % 100 === 7 ? 'bad' : 'good',
      }),
    )
    await log.produce(
      events.map((event) => ({
        topic: input.name,
        key: Buffer.from(event.documentId),
        value: serde.encode(event),
        timestamp: event.archivedAt,
        headers: {},
      })),
    )
    const running = await runTopology({
      topology: createCopyingTopology(),
      log,
      registry,
      ports,
      pure,
      telemetry,
      options: defaultRuntimeOptions,
    })
    await running.drained()
    await running.stop()

    const revisions = new Map<string, bigint[]>()
    for (let partition = 0; partition < 4; partition++)
      for (const { value } of await log.read({ topic: output.name, partition }, 0, count)) {
        const event = await serde.decode(value ?? new Uint8Array())
        const sofar = revisions.get(event.documentId) ?? []
        revisions.set(event.documentId, [...sofar, event.revision])
      }
    const copied = [...revisions.values()].flat()
    assert.equal(copied.length, count - count / 100)
    assert.equal(new Set(copied).size, copied.length)
    for (const each of revisions.values())
      assert.deepEqual(
        each,
        each.toSorted((a, b) => Number(a - b)),
      )
    const dead = await log.ends(deadLetters.name)
    assert.equal(
      dead.reduce((sum, end) => sum + end),
      count / 100,
    )
    const committed = await log.committed('copying.copy')
    const ends = await log.ends(input.name)
    assert.equal(committed.length, ends.filter((end) => end > 0).length)
    for (const { partition, offset } of committed) assert.equal(offset, ends[partition])
    await pure.close()
    await log.close()
    folder.remove()
  })
})
