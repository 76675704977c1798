import type { Cache } from './cache.ts'
import type { Clock } from './clock.ts'
import type { Identity } from './identity.ts'
import type { ModelServer } from './model-server.ts'
import type { Ner } from './ner.ts'
import type { ObjectStore } from './object-store.ts'
import type { Random } from './random.ts'
import type { SourceStore } from './source-store.ts'
import type { VectorIndex } from './vector-index.ts'

/** Everything an asking stage or a sink may reach. Handed in by the composition root. */
export interface Ports {
  readonly clock: Clock
  readonly random: Random
  readonly identity: Identity
  readonly sources: SourceStore
  readonly objects: ObjectStore
  readonly models: ModelServer
  readonly vectors: VectorIndex
  readonly cache: Cache
  /** Absent where no names are asked for: see `redact.ner` of the pipeline. */
  readonly ner?: Ner
}
