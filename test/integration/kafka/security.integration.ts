import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, before, describe, it } from 'mocha'
import { createKafkaRecordLog } from '../../../drivers/kafka/kafka-record-log.ts'
import { createTokenProvider } from '../../../drivers/kafka/oauth-token.ts'
import type { KafkaRecordLogOptions } from '../../../drivers/kafka/options.ts'
import { systemClock } from '../../../drivers/system/system-clock.ts'
import type { RecordLog } from '../../../topology/ports/record-log.ts'
import { freePorts } from '../../services/free-ports.ts'
import type { KafkaAddress } from '../../services/kafka.ts'
import { kafka } from '../../services/services.ts'
import { aRecord } from '../../contracts/record-log-harness.ts'
import { optionsFor, topicNamed } from './connections.ts'

const topic = { name: topicNamed('documents'), partitions: 2, cleanup: 'delete' } as const

/** A token that nobody has signed, as brokers take it that are set up for tests. */
const unsecuredToken = (subject: string, lifeSeconds: number): string => {
  const now = Math.floor(Date.now() / 1_000)
  const claims = { sub: subject, iat: now - 120, exp: now + lifeSeconds }
  const parts = [{ alg: 'none' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  )
  return `${parts.join('.')}.`
}

describe('a connection to Kafka', () => {
  let address: KafkaAddress
  const opened: RecordLog[] = []

  before(async () => {
    ;({ address } = await kafka('kafka-4.3.1'))
  })
  afterEach(async () => {
    for (const log of opened.splice(0)) await log.close()
  })

  const open = async (options: KafkaRecordLogOptions): Promise<RecordLog> => {
    const log = await createKafkaRecordLog(options)
    opened.push(log)
    return log
  }

  const secured = (changes: Partial<KafkaRecordLogOptions> = {}): KafkaRecordLogOptions => {
    const { secure } = address
    assert.ok(secure, 'this broker was given by address and has no secured listener that is known')
    const { bootstrap, ca, username, password } = secure
    const sasl = { mechanism: 'scram-sha-256', username, password } as const
    return optionsFor(bootstrap, { tls: { ca }, sasl, ...changes })
  }

  const credentials = () => {
    const { username = '', password = '' } = address.secure ?? {}
    return { username, password }
  }

  /** What its user may do must not matter: nobody but the open listener may do anything. */
  const isIn = async (options: KafkaRecordLogOptions): Promise<void> => {
    const log = await open(options)
    await assert.rejects(
      log.ensureTopics([topic]),
      /TOPIC_AUTHORIZATION_FAILED|CLUSTER_AUTHORIZATION/,
    )
  }

  for (const mechanism of ['plain', 'scram-sha-256', 'scram-sha-512'] as const)
    it(`is made over TLS with ${mechanism}`, () =>
      isIn(secured({ sasl: { mechanism, ...credentials() } })))

  it('is made over TLS with a token from a file, and says that the broker refuses another', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'archive-streams-token-'))
    const path = join(folder, 'token')
    const token = createTokenProvider({ kind: 'file', path }, systemClock)
    const sasl = { mechanism: 'oauthbearer', token } as const
    try {
      await writeFile(path, `${unsecuredToken('alice', 60)}\n`)
      await isIn(secured({ sasl }))
      await writeFile(path, unsecuredToken('alice', -60))
      await assert.rejects(
        open(secured({ sasl })),
        /broker 127\.0\.0\.1:\d+ refuses the token; check/,
      )
      await rm(path)
      await assert.rejects(open(secured({ sasl })), /token file \S+ cannot be read \(ENOENT\)/)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('says that user or password are wrong, and shows neither', async () => {
    const sasl = { mechanism: 'plain', username: 'mallory', password: 'opensesame' } as const
    await assert.rejects(open(secured({ sasl })), ({ message }: Error) => {
      assert.match(message, /at 127\.0\.0\.1:\d+: it refuses user or password; check both/)
      assert.doesNotMatch(message, /opensesame|mallory/)
      return true
    })
  })

  it('says that the certificate is not accepted', async () => {
    await assert.rejects(
      open(secured({ tls: {} })),
      /certificate is not accepted \([A-Z_]+\); give the authority/,
    )
  })

  it('says that the port expects TLS', async () => {
    const { tls: _, ...plain } = secured()
    await assert.rejects(
      open(plain),
      /it closes the connection; check whether this port expects TLS or SASL/,
    )
  })

  it('says that nobody answers, and where', async () => {
    const [port] = await freePorts(1)
    await assert.rejects(
      open(optionsFor(`127.0.0.1:${port}`)),
      new RegExp(
        `127\\.0\\.0\\.1:${port}: it does not answer \\(ECONNREFUSED\\); start it, or correct the address`,
      ),
    )
  })

  it('says which topic may not be touched, and what to grant', async () => {
    const options = secured()
    await (
      await open({ ...optionsFor(address.bootstrap), prefix: options.prefix ?? '' })
    ).ensureTopics([topic])
    const log = await open(options)
    await assert.rejects(
      log.produce([aRecord(topic.name, 'a', '1')]),
      /documents: TOPIC_AUTHORIZATION_FAILED; grant the user READ, WRITE and DESCRIBE/,
    )
    await assert.rejects(log.join('g', [topic.name]), /TOPIC_AUTHORIZATION_FAILED; grant/)
  })

  it('says all missing topics and wrong partition counts at once, and what to do', async () => {
    const options = optionsFor(address.bootstrap)
    await (await open(options)).ensureTopics([topic])
    const log = await open({ ...options, createTopics: false })
    const other = { ...topic, name: topicNamed('results') }
    await assert.rejects(
      log.ensureTopics([{ ...topic, partitions: 3 }, other]),
      /there is no topic \S+\.results; run "archive-streams topics apply"; \S+\.documents has 2 partitions, not 3; keys would move/,
    )
  })

  it('says which topic is too small for a record', async () => {
    const log = await open(optionsFor(address.bootstrap, { batchBytes: 8 * 1024 * 1024 }))
    await log.ensureTopics([topic])
    const large = 'x'.repeat(2 * 1024 * 1024)
    await assert.rejects(
      log.produce([aRecord(topic.name, 'a', large)]),
      /documents: MESSAGE_TOO_LARGE; raise the topic's max\.message\.bytes/,
    )
    await log.produce([aRecord(topic.name, 'a', 'small')])
  })
})
