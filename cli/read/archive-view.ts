import type { Topology } from '../../topology/model/topology.ts'
import type { ObjectStore } from '../../topology/ports/object-store.ts'
import type { SchemaRegistry } from '../../topology/ports/schema-registry.ts'
import type { VectorIndex } from '../../topology/ports/vector-index.ts'
import type { ReadableLog } from './read-topic.ts'

/** A data folder opened for looking, beside a process that may be working on it. */
export interface ArchiveView {
  readonly topology: Topology
  readonly log: ReadableLog
  readonly registry: SchemaRegistry
  readonly objects: Pick<ObjectStore, 'get' | 'list' | 'uriOf'>
  readonly vectors: Pick<VectorIndex, 'search' | 'searchTerms' | 'count' | 'scan'>
  readonly close: () => Promise<void>
}
