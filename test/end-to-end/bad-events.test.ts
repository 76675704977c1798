import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { loadOrFail } from '../../cli/load-config.ts'
import { createEmbeddedRecordLog } from '../../drivers/embedded/record-log/embedded-record-log.ts'
import { createPackageSchemaRegistry } from '../../drivers/embedded/schema-registry/package-schema-registry.ts'
import { systemClock } from '../../drivers/system/system-clock.ts'
import { fileUriOf } from '../../topology/model/member-uri.ts'
import { asTenantId, asUri } from '../../schemas/brands.ts'
import { containerEventCodec, documentEventCodec } from '../../schemas/generated/codecs.ts'
import type { DeadLetter, DocumentEvent } from '../../schemas/generated/types.ts'
import type { Topic } from '../../topology/model/topic.ts'
import { documentIdOf } from '../../topology/model/uuid.ts'
import { createTopics } from '../../topology/topics.ts'
import { aDocumentEvent } from '../builders/a-document-event.ts'
import { temporaryFolder } from '../drivers/embedded/temporary-folder.ts'
import { openData, recordsOf } from './open-data.ts'
import { reportOf, runCli, startArgs, type Ended } from './run-cli.ts'

const tenantId = asTenantId('default')

const eventOf = (uri: string, changes: Partial<DocumentEvent> = {}): DocumentEvent =>
  aDocumentEvent({
    tenantId,
    documentId: documentIdOf(tenantId, asUri(uri)),
    uri: asUri(uri),
    ...changes,
  })

describe('bad events', function () {
  this.timeout(60_000)
  const folder = temporaryFolder()
  const source = join(folder.path, 'source')
  const secret = join(folder.path, 'secret.txt')
  const dataDir = join(folder.path, 'data')
  const here = fileUriOf(source)
  const uris: Readonly<Record<string, string>> = {
    'file:///etc/passwd': 'NOT_ALLOWED fetch uri-not-allowed',
    [fileUriOf(secret)]: 'NOT_ALLOWED fetch uri-not-allowed',
    [`${here}/../secret.txt`]: 'NOT_ALLOWED fetch uri-not-allowed',
    [`${here}/%2e%2e/secret.txt`]: 'NOT_ALLOWED fetch uri-not-allowed',
    [`${here}/..%2fsecret.txt`]: 'NOT_ALLOWED fetch uri-not-allowed',
    'file://elsewhere.example/share/a.txt': 'NOT_ALLOWED fetch uri-not-allowed',
    'http://127.0.0.1:1/a.txt': 'NOT_ALLOWED fetch uri-not-allowed',
    'no uri at all': 'VALIDATION fetch uri-invalid',
    [here]: 'VALIDATION fetch not-a-file',
  }
  let end: Ended
  let letters: readonly DeadLetter[] = []

  /** Puts records into the log as a careless archiver would. */
  const produce = async (): Promise<void> => {
    const log = await createEmbeddedRecordLog({ dataDir, clock: systemClock })
    const registry = createPackageSchemaRegistry()
    const { topics, deadLetters, ledger } = createTopics(loadOrFail('embedded', []).partitions)
    await log.ensureTopics([...Object.values(topics), deadLetters, ledger])
    const events = await registry.open(documentEventCodec)
    const containers = await registry.open(containerEventCodec)
    const record = (topic: Topic<never>['name'], key: string, value: Uint8Array) => ({
      topic,
      key: Buffer.from(key),
      value,
      timestamp: 1,
      headers: {},
    })
    const document = (event: DocumentEvent) =>
      record(topics.documents.name, event.documentId, events.encode(event))
    const cut = events.encode(eventOf(`${here}/good.txt`)).subarray(0, 60)
    await log.produce([
      ...Object.keys(uris).map((uri) => document(eventOf(uri))),
      document(eventOf(`${here}/a.txt`, { tenantId: asTenantId('../up') })),
      document(eventOf(`${here}/b.txt`, { revision: -1n })),
      record(topics.documents.name, 'nonsense', Buffer.from('this is no event')),
      record(topics.documents.name, 'empty', new Uint8Array()),
      record(topics.documents.name, 'cut', cut),
      record(
        topics.containers.name,
        'outside',
        containers.encode({
          ...eventOf('file:///etc/passwd'),
          uri: asUri('file:///etc/passwd'),
          containerType: 'MBOX',
        }),
      ),
      record(topics.containers.name, 'nonsense', Buffer.from([0, 0, 0, 0, 1, 255])),
    ])
    await log.close()
  }

  before(async () => {
    mkdirSync(source)
    writeFileSync(join(source, 'good.txt'), 'The ferry leaves at seven from the northern pier.')
    writeFileSync(secret, 'The treasure of the smugglers is under the old lighthouse.')
    mkdirSync(dataDir)
    await produce()
    end = await runCli(...startArgs(source, dataDir))
    const view = await openData(dataDir)
    const records = await recordsOf<DeadLetter>(view, 'archive.dead-letters')
    letters = records.map(({ decoded }) => decoded)
    await view.close()
  })

  after(() => folder.remove())

  for (const [uri, letter] of Object.entries(uris)) {
    it(`${uri.replace(dirname(here), '')} is the dead letter ${letter}`, () => {
      const id = documentIdOf(tenantId, asUri(uri))
      const found = letters
        .filter(({ subTopology, documentId }) => subTopology === 'prepare' && documentId === id)
        .map(({ disposition, stage, code }) => `${disposition} ${stage} ${code}`)
      assert.deepEqual(found, [letter])
    })
  }

  const countOf = (subTopology: string, code: string): number =>
    letters.filter((each) => each.subTopology === subTopology && each.code === code).length

  it('bytes that are no event are dead letters that hold them', () => {
    assert.equal(countOf('prepare', 'undecodable'), 3)
    assert.equal(countOf('expand', 'undecodable'), 1)
    const nonsense = letters.find(({ originalKey }) =>
      Buffer.from(originalKey).equals(Buffer.from('nonsense')),
    )
    assert.ok(nonsense)
  })

  it('an envelope that no archiver may write is a dead letter', () => {
    assert.equal(countOf('prepare', 'tenant-invalid'), 1)
    assert.equal(countOf('prepare', 'revision-invalid'), 1)
  })

  it('a container outside the allowed folders is not expanded', () => {
    assert.equal(countOf('expand', 'uri-not-allowed'), 1)
  })

  it('the good document is delivered, every other is accounted for, and the job ends in order', () => {
    assert.equal(end.code, 0, end.err)
    const { published, delivered, dead } = reportOf(end).documents
    assert.equal(delivered, 1)
    assert.equal(dead, published - 1)
  })

  it('nothing of the files outside is anywhere', () => {
    const said = [end.out, end.err, ...letters.map(({ message }) => message)].join('\n')
    assert.ok(!said.includes('smugglers') && !said.includes('root:'))
  })
})
