// Publishes files: one event per file, which says where the file is. The pipeline fetches it from there.
//
//   npm install kafkajs @kafkajs/confluent-schema-registry
//   KAFKA_BROKERS=localhost:9092 REGISTRY_URL=http://localhost:8081/apis/ccompat/v7 node publish.js FILE…
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { basename, resolve, sep } from 'node:path'
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry'
import { Kafka, Partitioners } from 'kafkajs'

const topic = 'archive.documents'
const subject = 'document-event'
const tenantId = process.env['TENANT'] ?? 'default'
const brokers = (process.env['KAFKA_BROKERS'] ?? 'localhost:9092').split(',')
const host = process.env['REGISTRY_URL'] ?? 'http://localhost:8081/apis/ccompat/v7'

/** The id of a document is a UUIDv5 of tenant and URI: the same document has the same id, whoever publishes it. */
const documentIdOf = (uri: string): string => {
  const namespace = Buffer.from('0d9b1f0a6c1e4d0e9d0c5b6d3a7f2e41', 'hex')
  const hash = createHash('sha1').update(namespace).update(`${tenantId}\n${uri}`).digest()
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6)
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8)
  return hash.toString('hex', 0, 16).replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** Written as `archive-streams publish` writes it; `pathToFileURL` leaves other characters as they are. */
const uriOf = (path: string): string => {
  const segments = resolve(path)
    .split(sep)
    .map((segment) => encodeURIComponent(segment).replaceAll('%3A', ':'))
  return `file://${segments.join('/').replace(/^(?!\/)/, '/')}`
}

const eventOf = (path: string) => {
  const uri = uriOf(path)
  const { mtimeMs, size } = statSync(path)
  const modifiedAt = Math.floor(mtimeMs)
  return {
    tenantId,
    documentId: documentIdOf(uri),
    // A higher revision replaces a lower one. Where your source counts versions, take those, and the kind VERSION.
    revision: Math.max(0, modifiedAt),
    revisionKind: 'MODIFIED_TIME',
    archivedAt: modifiedAt,
    ingestedAt: Date.now(),
    producedBy: {
      stage: 'my-archiver',
      stageVersion: 1,
      codeVersion: '1.0.0',
      model: null,
      modelVersion: null,
      promptHash: null,
      policyVersion: null,
      configHash: '',
    },
    operation: 'ARCHIVE', // ERASE removes the document and everything that was made of it
    uri,
    name: basename(path),
    bytes: size,
    // Tells whether anything has changed, and that what is fetched is what was meant.
    sha256: createHash('sha256').update(readFileSync(path)).digest('hex'),
    declaredType: null,
    modifiedAt,
    containerUri: null,
    attributes: {},
  }
}

const registry = new SchemaRegistry({ host })
// The schema is registered by `archive-streams topics apply`, never by a producer.
const schemaId = await registry.getLatestSchemaId(subject)
const producer = new Kafka({ clientId: 'my-archiver', brokers }).producer({
  idempotent: true,
  allowAutoTopicCreation: false,
  // The key decides the partition as everywhere in Kafka (murmur2): all events of a document must meet in one.
  createPartitioner: Partitioners.DefaultPartitioner,
})
await producer.connect()
try {
  const events = process.argv.slice(2).map(eventOf)
  const messages = await Promise.all(
    events.map(async (event) => ({
      key: event.documentId,
      value: await registry.encode(schemaId, event),
    })),
  )
  await producer.send({ topic, acks: -1, messages })
  for (const { documentId, uri } of events) process.stdout.write(`${documentId} ${uri}\n`)
} finally {
  await producer.disconnect()
}
