import { posix } from 'node:path'

/** One import of a file of ours, or of a package. */
export interface Import {
  readonly from: string
  /** A path from the root of the repository, or the name of a package. */
  readonly to: string
}

const patterns = [
  /^(?:import|export)\b[^'"\n;]*?\bfrom\s+'([^'\n]+)'/gm,
  /^\} from '([^'\n]+)'/gm,
  /^import '([^'\n]+)'/gm,
  /\bimport\('([^'\n]+)'\)/g,
]

/** What a TypeScript file imports. */
export const importsOf = (path: string, text: string): readonly Import[] =>
  patterns
    .flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''))
    .filter((name) => name !== '' && !name.startsWith('node:'))
    .map((name) => ({
      from: path,
      to: name.startsWith('.') ? posix.join(posix.dirname(path), name) : name,
    }))

/** What each layer may import besides itself (DESIGN: docs/architecture.md). The longest prefix of a path is its layer. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'schemas/': [],
  'topology/model/': ['schemas/', 'topology/ports/'],
  'topology/ports/': ['schemas/', 'topology/model/'],
  'topology/runtime/': ['schemas/', 'topology/model/', 'topology/ports/'],
  'topology/testing/': ['schemas/', 'topology/model/', 'topology/ports/', 'topology/runtime/'],
  'topology/': ['schemas/', 'topology/', 'processors/', 'gpu-runners/', 'sinks/'],
  'processors/': ['schemas/', 'topology/model/', 'topology/ports/'],
  'gpu-runners/': ['schemas/', 'topology/model/', 'topology/ports/'],
  'sinks/': ['schemas/', 'topology/model/', 'topology/ports/'],
  'drivers/': ['schemas/', 'topology/model/', 'topology/ports/'],
  'config/': ['schemas/', 'topology/', 'processors/', 'gpu-runners/', 'sinks/'],
  'cli/': ['schemas/', 'topology/', 'processors/', 'gpu-runners/', 'sinks/', 'drivers/', 'config/'],
}

/** Layers whose folders are components that do not know each other. */
const componentLayers = ['processors/', 'gpu-runners/', 'sinks/']

/**
 * Components that others of their layer may import, and why. The linter, whose patterns have no exceptions, knows them by
 * their first letters; this list is exact.
 */
const shared: Readonly<Record<string, string>> = {
  'processors/formats/': 'zip, table, JSON and charset readers of expand, fetch and parse',
  'gpu-runners/batching/': 'the inference pool of all runners',
  'gpu-runners/models/': 'the model cards of all runners',
  'gpu-runners/chunk-set/': 'all runners read the same chunk sets',
  'gpu-runners/prompts/': 'what language models are asked, with its versions',
}

/** Clients that one driver only knows, so that it can be replaced. */
const ownClients: Readonly<Record<string, string>> = {
  kafkajs: 'drivers/kafka/',
  '@kafkajs/confluent-schema-registry': 'drivers/registry/',
  '@qdrant/js-client-rest': 'drivers/qdrant/',
  'prom-client': 'drivers/telemetry/',
  minio: 'drivers/s3/',
}

/** Clients of the world outside, which only drivers may import. */
const clients =
  /^(?:lmdb|piscina|pino|kafkajs|@kafkajs\/.*|minio|@qdrant\/.*|ioredis|bullmq|undici|prom-client)$/

const layers = Object.keys(mayImport).sort((a, b) => b.length - a.length)

const layerOf = (path: string): string | undefined => layers.find((each) => path.startsWith(each))

const componentOf = (path: string): string => `${path.split('/').slice(0, 2).join('/')}/`

const isSibling = (layer: string, { from, to }: Import): boolean =>
  componentLayers.includes(layer) &&
  componentOf(from) !== componentOf(to) &&
  !(componentOf(to) in shared)

/** Why an import is not allowed, or undefined. */
export const violationOf = (edge: Import): string | undefined => {
  const { from, to } = edge
  const layer = layerOf(from)
  if (layer === undefined) return undefined
  const owner = ownClients[to]
  if (owner !== undefined && !from.startsWith(owner))
    return `${from} imports ${to}, which belongs to ${owner}`
  const target = layerOf(to)
  if (target === undefined)
    return clients.test(to) && layer !== 'drivers/' ? `${from} imports the client ${to}` : undefined
  if (target === layer)
    return isSibling(layer, edge) ? `${from} imports its sibling ${to}` : undefined
  const allowed = mayImport[layer]?.some((each) => to.startsWith(each)) ?? false
  return allowed ? undefined : `${from} imports ${to}`
}

const staticPattern = /^(?:import|export)\s+(?!type\b)(?:[^'";]*?\bfrom\s+)?'([^'\n]+)'/gm

/** What the file loads with itself: no types, and nothing that it imports later. */
export const loadedWith = (path: string, text: string): readonly string[] =>
  [...text.matchAll(staticPattern)]
    .map((match) => match[1] ?? '')
    .map((name) => (name.startsWith('.') ? posix.join(posix.dirname(path), name) : name))
