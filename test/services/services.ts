import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  dockerAnswers,
  startKafkaContainer,
  startQdrantContainer,
  startRedisContainer,
  startRegistryContainer,
  startTritonContainer,
  tritonImage,
} from './containers.ts'
import { download } from './download.ts'
import { startKafka, type KafkaAddress, type KafkaName, type NativeKafka } from './kafka.ts'
import { startLlama, type NativeLlama } from './llama.ts'
import { prepareMiniLm } from './minilm.ts'
import { pins, serviceNames, type ServiceName } from './pins.ts'
import { unwatchFolder, watchFolder } from './processes.ts'
import { redisOnPath, startRedis } from './redis.ts'
import { startRegistry } from './registry.ts'
import { s3AddressOf, startS3, type NativeS3, type S3Address, type S3Name } from './s3.ts'
import { startTriton, type NativeTriton } from './triton.ts'
import { startVectorEngine, type NativeVectorEngine } from './vector-engine.ts'

/** Where a service came from. */
export type Origin = 'environment' | 'docker' | 'native'

export interface Service<A> {
  readonly name: ServiceName
  readonly origin: Origin
  readonly address: A
  readonly stop: () => Promise<void>
}

export interface KafkaService extends Service<KafkaAddress> {
  /** Undefined when this process did not start it and so cannot end it. */
  readonly native?: NativeKafka
}

export interface S3Service extends Service<S3Address> {
  /** As for {@link KafkaService}. */
  readonly native?: NativeS3
}

export interface VectorEngineService extends Service<string> {
  /** As for {@link KafkaService}. */
  readonly native?: NativeVectorEngine
}

export interface TritonService extends Service<string> {
  /** As for {@link KafkaService}. */
  readonly native?: NativeTriton
}

export interface LlamaService extends Service<string> {
  /** As for {@link KafkaService}. */
  readonly native?: NativeLlama
}

/** `ARCHIVE_STREAMS_TEST_KAFKA_4_3_1`, `ARCHIVE_STREAMS_TEST_REGISTRY`: an address that is used as it is. */
export const variableOf = (name: ServiceName): string =>
  `ARCHIVE_STREAMS_TEST_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`

export const givenAddress = (name: ServiceName): string | undefined =>
  process.env[variableOf(name)] || undefined

let root: string | undefined
let docker: Promise<boolean> | undefined
const kafkas = new Map<KafkaName, Promise<KafkaService>>()
const stores = new Map<S3Name, Promise<S3Service>>()
let registry: Promise<Service<string>> | undefined
let cache: Promise<Service<string>> | undefined
let engine: Promise<VectorEngineService> | undefined
let models: Promise<TritonService> | undefined
let chats: Promise<LlamaService> | undefined
const used: string[] = []

/** A folder of this run, removed with everything in it when the run ends. */
const folderOf = (name: string): string => {
  if (!root) {
    root = mkdtempSync(join(tmpdir(), 'archive-streams-services-'))
    watchFolder(root)
  }
  return join(root, name)
}

const note = <S extends Service<unknown>>(service: S, address: string): S => {
  used.push(`${service.name} (${service.origin}, ${address})`)
  return service
}

/** A running broker: the one in the environment, or one that is started once per run. Throws when there can be none. */
export const kafka = (name: KafkaName): Promise<KafkaService> => {
  const known = kafkas.get(name) ?? openKafka(name).then((it) => note(it, it.address.bootstrap))
  kafkas.set(name, known)
  return known
}

const openKafka = async (name: KafkaName): Promise<KafkaService> => {
  const given = givenAddress(name)
  if (given)
    return { name, origin: 'environment', address: { bootstrap: given }, stop: async () => {} }
  docker ??= dockerAnswers()
  if (await docker) return { name, origin: 'docker', ...(await startKafkaContainer(name)) }
  const native = await startKafka(name, folderOf(name), 'parent')
  return { name, origin: 'native', address: native.address, native, stop: () => native.stop() }
}

/** A running schema registry, as {@link kafka}. */
export const schemaRegistry = (): Promise<Service<string>> => {
  registry ??= openRegistry().then((it) => note(it, it.address))
  return registry
}

const openRegistry = async (): Promise<Service<string>> => {
  const name = 'registry'
  const given = givenAddress(name)
  if (given) return { name, origin: 'environment', address: given, stop: async () => {} }
  docker ??= dockerAnswers()
  const started = (await docker)
    ? await startRegistryContainer()
    : await startRegistry(folderOf(name), 'parent')
  const origin = (await docker) ? 'docker' : 'native'
  return { name, origin, address: started.url, stop: started.stop }
}

/** A running Redis by its URL, as {@link kafka}. */
export const redis = (): Promise<Service<string>> => {
  cache ??= openRedis().then((it) => note(it, it.address))
  return cache
}

const openRedis = async (): Promise<Service<string>> => {
  const name = 'redis'
  const given = givenAddress(name)
  if (given) return { name, origin: 'environment', address: given, stop: async () => {} }
  docker ??= dockerAnswers()
  const started = (await docker)
    ? await startRedisContainer()
    : await startRedis(folderOf(name), 'parent')
  const origin = (await docker) ? 'docker' : 'native'
  return { name, origin, address: started.url, stop: started.stop }
}

/** A running object store, as {@link kafka}. It is never a container: MinIO publishes none of this version. */
export const objectStore = (name: S3Name): Promise<S3Service> => {
  const known = stores.get(name) ?? openS3(name).then((it) => note(it, it.address.endpoint))
  stores.set(name, known)
  return known
}

const openS3 = async (name: S3Name): Promise<S3Service> => {
  const given = givenAddress(name)
  if (given)
    return { name, origin: 'environment', address: s3AddressOf(given), stop: async () => {} }
  const native = await startS3(name, folderOf(name), 'parent')
  return { name, origin: 'native', address: native.address, native, stop: () => native.stop() }
}

/** A running Qdrant: a given or contained server, or its engine behind the gateway of the tests. As {@link kafka}. */
export const vectorEngine = (): Promise<VectorEngineService> => {
  engine ??= openVectorEngine().then((it) => note(it, it.address))
  return engine
}

const openVectorEngine = async (): Promise<VectorEngineService> => {
  const name = 'qdrant'
  const given = givenAddress(name)
  if (given) return { name, origin: 'environment', address: given, stop: async () => {} }
  docker ??= dockerAnswers()
  if (await docker) {
    const { url, stop } = await startQdrantContainer()
    return { name, origin: 'docker', address: url, stop }
  }
  const native = await startVectorEngine(folderOf(name), 'parent')
  return { name, origin: 'native', address: native.url, native, stop: () => native.stop() }
}

/** A running Triton with the models of deploy/triton, as {@link kafka}. A container only where TRITON_IMAGE names an image. */
export const triton = (): Promise<TritonService> => {
  models ??= openTriton().then((it) => note(it, it.address))
  return models
}

const openTriton = async (): Promise<TritonService> => {
  const name = 'triton'
  const given = givenAddress(name)
  if (given) return { name, origin: 'environment', address: given, stop: async () => {} }
  docker ??= dockerAnswers()
  if (tritonImage() && (await docker)) {
    const { url, stop } = await startTritonContainer()
    return { name, origin: 'docker', address: url, stop }
  }
  const native = await startTriton(folderOf(name), 'parent')
  return { name, origin: 'native', address: native.url, native, stop: () => native.stop() }
}

/** A running llama-server with a model of random weights, by the URL of its API. Given, or built from source; as {@link kafka}. */
export const llama = (): Promise<LlamaService> => {
  chats ??= openLlama().then((it) => note(it, it.address))
  return chats
}

const openLlama = async (): Promise<LlamaService> => {
  const name = 'llama'
  const given = givenAddress(name)
  if (given) return { name, origin: 'environment', address: given, stop: async () => {} }
  const native = await startLlama(folderOf(name), 'parent')
  return { name, origin: 'native', address: native.url, native, stop: () => native.stop() }
}

/**
 * Has ready in the cache what will be started from it. What cannot be had is said by the test that needs it. Not
 * llama-server, which only a command of its own needs, and whose building takes many minutes.
 */
export const prepareServices = async (): Promise<void> => {
  docker ??= dockerAnswers()
  const contained = await docker
  const wanted = serviceNames
    .filter((name) => givenAddress(name) === undefined && name !== 'llama')
    .filter(
      (name) => !contained || pins[name].kind === 'go' || (name === 'triton' && !tritonImage()),
    )
    .filter((name) => name !== 'redis' || redisOnPath() === undefined)
  await Promise.allSettled([...wanted.map((name) => download(pins[name])), prepareMiniLm()])
}

/** What tests have used so far, for people. */
export const usedServices = (): readonly string[] => used

/** Ends one broker early, so that its memory is free for what comes next. */
export const stopKafka = async (name: KafkaName): Promise<void> => {
  const service = kafkas.get(name)
  kafkas.delete(name)
  await service?.then((it) => it.stop())
}

export const stopServices = async (): Promise<void> => {
  const others = [registry, cache, engine, models, chats].filter((each) => each !== undefined)
  const all: Promise<Service<unknown>>[] = [...kafkas.values(), ...stores.values(), ...others]
  kafkas.clear()
  stores.clear()
  registry = undefined
  cache = undefined
  engine = undefined
  models = undefined
  chats = undefined
  // One that could not be started has said so to whoever needed it.
  await Promise.all(all.map((each) => each.then((it) => it.stop()).catch(() => undefined)))
  if (!root) return
  rmSync(root, { recursive: true, force: true, maxRetries: 5 })
  unwatchFolder(root)
  root = undefined
}
