import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, it } from 'mocha'
import { createConfluentSchemaRegistry } from '../../../drivers/registry/confluent-schema-registry.ts'
import { createSubjectTool } from '../../../drivers/registry/subjects.ts'
import { systemClock } from '../../../drivers/system/system-clock.ts'
import { codecFromSchema } from '../../../schemas/codec.ts'
import { documentEventCodec } from '../../../schemas/generated/codecs.ts'
import { aDocumentEvent } from '../../builders/a-document-event.ts'
import {
  describeSchemaRegistry,
  newerCity,
  olderCity,
} from '../../contracts/schema-registry.contract.ts'
import { freePorts } from '../../services/free-ports.ts'
import { proxyTo } from '../../services/proxy.ts'
import { schemaRegistry } from '../../services/services.ts'

const connection = async () => ({
  url: (await schemaRegistry()).address,
  prefix: `${randomUUID().slice(0, 8)}.`,
})

const register = async (
  at: Awaited<ReturnType<typeof connection>>,
  ...codecs: readonly { readonly subject: string; readonly schema: string }[]
): Promise<void> => {
  const tool = createSubjectTool(at)
  for (const codec of codecs) await tool.apply(await tool.plan([codec]))
}

describeSchemaRegistry('a Confluent-compatible registry', async () => {
  const at = await connection()
  const city = (schema: string) => ({ subject: 'city', schema })
  await register(at, documentEventCodec, city(olderCity), city(newerCity))
  const open = () => createConfluentSchemaRegistry({ ...at, clock: systemClock })
  return { registry: open(), another: async () => open(), destroy: async () => {} }
})

describe('a schema registry', () => {
  let at: Awaited<ReturnType<typeof connection>>
  before(async () => {
    at = await connection()
  })

  it('is told of schemas by command only', async () => {
    const registry = createConfluentSchemaRegistry({ ...at, clock: systemClock })
    await assert.rejects(
      registry.open(documentEventCodec),
      /document-event does not have the schema of this version; run/,
    )
    await register(at, documentEventCodec)
    await registry.open(documentEventCodec)
    assert.deepEqual(await createSubjectTool(at).plan([documentEventCodec]), [])
  })

  it('refuses a schema that is not compatible, before anything is registered', async () => {
    await register(at, { subject: 'town', schema: olderCity })
    const other = JSON.stringify({
      type: 'record',
      name: 'City',
      fields: [{ name: 'zip', type: 'int' }],
    })
    const steps = await createSubjectTool(at).plan([{ subject: 'town', schema: other }])
    assert.equal(steps[0]?.kind, 'incompatible')
  })

  it('says at the start that nobody answers, and where', async () => {
    const [port] = await freePorts(1)
    const url = `http://127.0.0.1:${port}`
    const registry = createConfluentSchemaRegistry({ url, clock: systemClock })
    await assert.rejects(
      registry.open(documentEventCodec),
      new RegExp(`${url}, subject document-event: it does not answer`),
    )
  })

  it('is asked once for an id that it does not know, and lets a record of a new id wait while it is away', async () => {
    const subject = 'village'
    await register(at, { subject, schema: newerCity }, { subject, schema: olderCity })
    const proxy = await proxyTo(at.url)
    const notices: string[] = []
    const registry = createConfluentSchemaRegistry({
      ...at,
      url: proxy.url,
      clock: systemClock,
      notice: (text) => notices.push(text),
    })
    const writer = createConfluentSchemaRegistry({ ...at, clock: systemClock })
    const older = codecFromSchema<{ name: string }>(subject, olderCity)
    const newer = codecFromSchema<{ name: string; country: string }>(subject, newerCity)
    const bytes = (await writer.open(older)).encode({ name: 'Oslo' })
    const reader = await registry.open(newer)
    const unknown = Buffer.from(bytes)
    unknown.writeInt32BE(0x7ffffffe, 1)
    const before = proxy.requests()
    for (let round = 0; round < 3; round++)
      await assert.rejects(async () => reader.decode(unknown), /unknown schema id/)
    assert.equal(proxy.requests(), before + 1)
    proxy.away(true)
    const reading = reader.decode(bytes)
    while (notices.length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    proxy.away(false)
    assert.deepEqual({ ...(await reading) }, { name: 'Oslo', country: '?' })
    assert.match(notices.join('; '), /does not answer.*answers again/)
    await proxy.close()
  })

  it('is not asked for what has been seen', async () => {
    const proxy = await proxyTo(at.url)
    const registry = createConfluentSchemaRegistry({ ...at, url: proxy.url, clock: systemClock })
    const serde = await registry.open(documentEventCodec)
    const asked = proxy.requests()
    for (let round = 0; round < 5; round++) await serde.decode(serde.encode(aDocumentEvent()))
    assert.equal(proxy.requests(), asked)
    await proxy.close()
  })
})
