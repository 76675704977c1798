import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeCertificate } from './certificate.ts'
import { download } from './download.ts'
import { freePorts } from './free-ports.ts'
import { kafkaAnswers } from './kafka-probe.ts'
import { pins } from './pins.ts'
import { startProcess, waitUntilReady, type Lifetime, type ServiceProcess } from './processes.ts'

const run = promisify(execFile)

export type KafkaName = Extract<keyof typeof pins, `kafka-${string}`>

/** What tests know of a broker: `bootstrap` is open, `secure` asks for TLS and SASL and grants nobody anything. */
export interface KafkaAddress {
  readonly bootstrap: string
  readonly secure?: {
    readonly bootstrap: string
    /** PEM of the certificate that signed the broker's. */
    readonly ca: string
    readonly username: string
    readonly password: string
  }
}

export interface NativeKafka {
  readonly address: KafkaAddress
  readonly pid: number
  readonly stop: () => Promise<void>
  /** As a crash of the machine's process would. */
  readonly kill: () => Promise<void>
  /** The same broker on the same data and ports. */
  readonly restart: () => Promise<void>
}

const username = 'alice'
const password = 'alice-secret'
const clusterId = 'YXJjaGl2ZS1zdHJlYW1zMQ'

/** Ports of one node. */
export interface NodePorts {
  readonly open: number
  readonly secure: number
  readonly controller: number
}

/** A node among the nodes of its cluster, itself included. */
interface Membership {
  readonly id: number
  readonly nodes: readonly NodePorts[]
}

/** A node is broker and controller, small and quick. Three or more keep three copies, of which two must have what is acknowledged. */
const properties = (folder: string, { id, nodes }: Membership): string => {
  const { open, secure, controller } = nodes[id - 1]!
  const voters = nodes.map((node, index) => `${index + 1}@127.0.0.1:${node.controller}`).join(',')
  const [copies, inSync] = nodes.length < 3 ? [1, 1] : [3, 2]
  const jaas = 'org.apache.kafka.common.security'
  return `process.roles=broker,controller
node.id=${id}
controller.quorum.voters=${voters}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:${open},SASL_SSL://127.0.0.1:${secure},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${open},SASL_SSL://127.0.0.1:${secure}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs=${join(folder, 'data')}
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER
listener.name.sasl_ssl.plain.sasl.jaas.config=${jaas}.plain.PlainLoginModule required user_${username}="${password}";
listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config=${jaas}.scram.ScramLoginModule required;
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=${jaas}.scram.ScramLoginModule required;
listener.name.sasl_ssl.oauthbearer.sasl.jaas.config=${jaas}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";
ssl.keystore.location=${join(folder, 'broker.p12')}
ssl.keystore.password=changeit
ssl.keystore.type=PKCS12
auto.create.topics.enable=false
default.replication.factor=${copies}
min.insync.replicas=${inSync}
offsets.topic.num.partitions=1
offsets.topic.replication.factor=${copies}
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=${copies}
transaction.state.log.min.isr=${inSync}
transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=${copies}
share.coordinator.state.topic.min.isr=${inSync}
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.session.timeout.ms=1000
broker.heartbeat.interval.ms=200
controlled.shutdown.enable=false
num.network.threads=2
num.io.threads=2
log.cleaner.dedupe.buffer.size=4194304
log.segment.bytes=67108864
log.index.size.max.bytes=1048576
`
}

const java = (...args: readonly string[]): readonly string[] => [
  '-Xms128m',
  '-Xmx512m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  ...args,
]

const format = async (folder: string, classPath: string, config: string): Promise<void> => {
  const scram = [256, 512].flatMap((bits) => [
    '--add-scram',
    `SCRAM-SHA-${bits}=[name=${username},password=${password}]`,
  ])
  const args = ['-cp', classPath, 'kafka.tools.StorageTool', 'format', '-t', clusterId]
  await run('java', [...args, '-c', config, ...scram], { cwd: folder })
}

/** Ports for so many nodes. */
export const portsOfNodes = async (count: number): Promise<readonly NodePorts[]> => {
  const ports = await freePorts(3 * count)
  return Array.from({ length: count }, (_, index) => {
    const [open = 0, secure = 0, controller = 0] = ports.slice(3 * index)
    return { open, secure, controller }
  })
}

/** Starts a broker in a folder of its own, and answers when it answers: in a cluster, when enough others have started too. */
export const startKafka = async (
  name: KafkaName,
  folder: string,
  lifetime: Lifetime,
  javaOptions: readonly string[] = [],
  membership?: Membership,
): Promise<NativeKafka> => {
  const classPath = join(await download(pins[name]), '*')
  await mkdir(folder, { recursive: true })
  const { id, nodes } = membership ?? { id: 1, nodes: await portsOfNodes(1) }
  const { open, secure } = nodes[id - 1]!
  const config = join(folder, 'server.properties')
  await writeFile(config, properties(folder, { id, nodes }))
  const [ca] = await Promise.all([
    makeCertificate(join(folder, 'broker.p12')),
    format(folder, classPath, config),
  ])

  const start = async (): Promise<ServiceProcess> => {
    const log = join(folder, 'kafka.log')
    const args = java(...javaOptions, '-cp', classPath, 'kafka.Kafka', config)
    const started = startProcess({ command: 'java', args, cwd: folder, log, lifetime })
    await waitUntilReady(name, started, () => kafkaAnswers(open))
    return started
  }

  let broker = await start()
  return {
    address: {
      bootstrap: `127.0.0.1:${open}`,
      secure: { bootstrap: `127.0.0.1:${secure}`, ca, username, password },
    },
    get pid() {
      return broker.pid
    },
    stop: () => broker.stop(),
    kill: () => broker.stop('SIGKILL'),
    restart: async () => {
      await broker.stop()
      broker = await start()
    },
  }
}
