import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { freePorts } from './free-ports.ts'
import { deployedModels, loadedModels, modelCards } from './triton-models.ts'
import type { KafkaAddress, KafkaName } from './kafka.ts'

const run = promisify(execFile)

/** Whether a Docker engine answers. */
export const dockerAnswers = async (): Promise<boolean> => {
  try {
    await run('docker', ['info', '--format', '{{.ID}}'], { timeout: 5_000 })
    return true
  } catch {
    return false
  }
}

/** Images of the same versions as the pins, and of docker-compose.yml where nothing else is pinned. */
export const imageOf = (name: KafkaName | 'registry' | 'redis' | 'qdrant'): string => {
  if (name === 'registry') return 'apicurio/apicurio-registry:3.0.9'
  if (name === 'qdrant') return 'qdrant/qdrant:v1.18.2'
  return name === 'redis' ? 'redis:7.0.15' : `apache/kafka:${name.slice(6)}`
}

/** What a broker in a container is told, so that clients outside find it at `port`. */
export const kafkaEnvironment = (port: number): Readonly<Record<string, string>> => ({
  KAFKA_NODE_ID: '1',
  KAFKA_PROCESS_ROLES: 'broker,controller',
  KAFKA_LISTENERS: 'PLAINTEXT://:9092,CONTROLLER://:9093',
  KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
  KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
  KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
  KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
  KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
  KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
  KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
  KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR: '1',
  KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR: '1',
  KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
  KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS: '1000',
  KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
})

/** A service in a container. Its reaper removes it when this process ends, however that happens. */
export const startKafkaContainer = async (
  name: KafkaName,
): Promise<{ readonly address: KafkaAddress; readonly stop: () => Promise<void> }> => {
  const { GenericContainer, Wait } = await import('testcontainers')
  const [port = 0] = await freePorts(1)
  const container = await new GenericContainer(imageOf(name))
    .withEnvironment(kafkaEnvironment(port))
    .withExposedPorts({ container: 9092, host: port })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .start()
  return {
    address: { bootstrap: `127.0.0.1:${port}` },
    stop: async () => void (await container.stop()),
  }
}

export const startRegistryContainer = async (): Promise<{
  readonly url: string
  readonly stop: () => Promise<void>
}> => {
  const { GenericContainer, Wait } = await import('testcontainers')
  const container = await new GenericContainer(imageOf('registry'))
    .withExposedPorts(8080)
    .withWaitStrategy(Wait.forHttp('/apis/ccompat/v7/subjects', 8080))
    .start()
  const at = `${container.getHost()}:${container.getMappedPort(8080)}`
  return {
    url: `http://${at}/apis/ccompat/v7`,
    stop: async () => void (await container.stop()),
  }
}

export const startRedisContainer = async (): Promise<{
  readonly url: string
  readonly stop: () => Promise<void>
}> => {
  const { GenericContainer, Wait } = await import('testcontainers')
  const container = await new GenericContainer(imageOf('redis'))
    .withExposedPorts(6379)
    .withWaitStrategy(Wait.forLogMessage(/Ready to accept connections/))
    .start()
  return {
    url: `redis://${container.getHost()}:${container.getMappedPort(6379)}`,
    stop: async () => void (await container.stop()),
  }
}

/** The real server, which the gateway of the tests stands in for where no container can be. */
export const startQdrantContainer = async (): Promise<{
  readonly url: string
  readonly stop: () => Promise<void>
}> => {
  const { GenericContainer, Wait } = await import('testcontainers')
  const container = await new GenericContainer(imageOf('qdrant'))
    .withExposedPorts(6333)
    .withWaitStrategy(Wait.forHttp('/readyz', 6333))
    .start()
  return {
    url: `http://${container.getHost()}:${container.getMappedPort(6333)}`,
    stop: async () => void (await container.stop()),
  }
}

/** The image of Triton, where one was pulled and named: its publisher has it in a registry of its own only. */
export const tritonImage = (): string | undefined => process.env['TRITON_IMAGE'] || undefined

export const startTritonContainer = async (): Promise<{
  readonly url: string
  readonly stop: () => Promise<void>
}> => {
  const { GenericContainer, Wait } = await import('testcontainers')
  const repositories = ['models', 'test-models'].map((each) => `--model-repository=/triton/${each}`)
  const container = await new GenericContainer(tritonImage() ?? '')
    .withBindMounts([
      { source: deployedModels, target: '/triton', mode: 'ro' },
      { source: modelCards, target: '/cards', mode: 'ro' },
    ])
    .withEnvironment({ ARCHIVE_STREAMS_CARDS: '/cards', PYTHONDONTWRITEBYTECODE: '1' })
    .withCommand([
      'tritonserver',
      ...repositories,
      '--model-control-mode=explicit',
      '--disable-auto-complete-config',
      ...loadedModels.map((name) => `--load-model=${name}`),
    ])
    .withExposedPorts(8000)
    .withWaitStrategy(Wait.forHttp('/v2/health/ready', 8000))
    .start()
  return {
    url: `http://${container.getHost()}:${container.getMappedPort(8000)}`,
    stop: async () => void (await container.stop()),
  }
}
