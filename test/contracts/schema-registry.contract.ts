import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { codecFromSchema } from '../../schemas/codec.ts'
import { documentEventCodec } from '../../schemas/generated/codecs.ts'
import { Undecodable, type SchemaRegistry } from '../../topology/ports/schema-registry.ts'
import { aDocumentEvent } from '../builders/a-document-event.ts'

export interface SchemaRegistryHarness {
  readonly registry: SchemaRegistry
  /** A registry in another process that knows the same schemas, {@link olderCity} and {@link newerCity} among them. */
  readonly another: () => Promise<SchemaRegistry>
  readonly destroy: () => Promise<void>
}

interface City {
  readonly name: string
  readonly country: string
}

const citySchema = (fields: readonly object[]): string =>
  JSON.stringify({
    type: 'record',
    name: 'City',
    fields: [{ name: 'name', type: 'string' }, ...fields],
  })

/** What an earlier release wrote. The harness must make it known to the registry. */
export const olderCity = citySchema([])
/** What this release writes. */
export const newerCity = citySchema([{ name: 'country', type: 'string', default: '?' }])
const city = codecFromSchema<City>('city', newerCity)

/** What every schema registry must do. */
export const describeSchemaRegistry = (
  name: string,
  create: () => Promise<SchemaRegistryHarness>,
): void => {
  describe(`${name} as a schema registry`, () => {
    let harness: SchemaRegistryHarness
    beforeEach(async () => {
      harness = await create()
    })
    afterEach(() => harness.destroy())

    it('gives back what it encoded', async () => {
      const serde = await harness.registry.open(documentEventCodec)
      const event = aDocumentEvent({ revision: 2n ** 60n, attributes: { a: 'b' } })
      const read = await serde.decode(serde.encode(event))
      assert.equal(read.revision, 2n ** 60n)
      assert.deepEqual(documentEventCodec.encode(read), documentEventCodec.encode(event))
    })

    it('writes the Confluent wire format', async () => {
      const serde = await harness.registry.open(documentEventCodec)
      const bytes = serde.encode(aDocumentEvent())
      assert.equal(bytes[0], 0)
      const payload = documentEventCodec.encode(aDocumentEvent())
      assert.deepEqual(Buffer.from(bytes.subarray(5)), Buffer.from(payload))
      assert.ok(Buffer.from(bytes).readInt32BE(1) >= 0)
    })

    it('reads what another process wrote', async () => {
      const there = await (await harness.another()).open(documentEventCodec)
      const here = await harness.registry.open(documentEventCodec)
      const read = await here.decode(there.encode(aDocumentEvent()))
      assert.equal(read.documentId, aDocumentEvent().documentId)
    })

    it('reads what an older schema of the subject wrote', async () => {
      const older = codecFromSchema<Pick<City, 'name'>>('city', olderCity)
      const writer = await harness.registry.open(older)
      const reader = await (await harness.another()).open(city)
      const read = await reader.decode(writer.encode({ name: 'Oslo' }))
      assert.deepEqual({ ...read }, { name: 'Oslo', country: '?' })
    })

    it('refuses bytes that it cannot read, without showing them', async () => {
      const serde = await harness.registry.open(documentEventCodec)
      const good = serde.encode(aDocumentEvent())
      const other = await harness.registry.open(city)
      const foreign = Buffer.from(good)
      foreign.set(other.encode({ name: 'Oslo', country: 'NO' }).subarray(0, 5))
      const unknown = Buffer.from(good)
      unknown.writeInt32BE(0x7ffffffe, 1)
      const broken = {
        empty: new Uint8Array(),
        'no magic byte': Buffer.from('secret text'),
        'an unknown id': unknown,
        "another subject's id": foreign,
        'cut short': good.subarray(0, good.length - 3),
        'too long': Buffer.concat([good, Buffer.from('more')]),
      }
      for (const [what, bytes] of Object.entries(broken))
        await assert.rejects(
          async () => serde.decode(bytes),
          (error) => error instanceof Undecodable && !error.message.includes('secret'),
          what,
        )
    })
  })
}
