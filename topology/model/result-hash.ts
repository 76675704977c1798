import { hash } from 'node:crypto'
import type { Topology } from './topology.ts'

/**
 * Hex SHA-256 prefix over everything that decides what the stages make: their names and versions, and their settings. It
 * is the `configHash` of every output, and a document that is published again under another one is processed again.
 * Equal on every machine; options that change speed, memory or places only, and secrets, are not in it.
 */
export const resultHashOf = ({ subTopologies }: Pick<Topology, 'subTopologies'>): string => {
  const makers = subTopologies.flatMap((part) =>
    part.nodes.flatMap((node) =>
      node.kind === 'stage'
        ? [[part.name, node.name, node.stage.version, sorted(node.stage.settings ?? {})]]
        : [],
    ),
  )
  return hash('sha256', JSON.stringify(makers)).slice(0, 12)
}

const sorted = (settings: object): readonly unknown[] =>
  Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1))
