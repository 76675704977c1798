import type { QdrantVectorIndexOptions } from './options.ts'

/**
 * Names on the server, `archive` being the prefix:
 * - `archive`                      alias for searchers: the collection of the model that is in use
 * - `archive.<model>.<version>`    alias for whoever reads or writes vectors of that model
 * - `archive.<model>.<version>.g1` a collection; a rebuild makes `.g2` and moves the aliases there
 * - `archive.heads`                collection without vectors: the revision of every document below which nothing returns
 */
export interface QdrantNames {
  readonly searchers: string
  readonly alias: string
  readonly heads: string
  readonly collection: (generation: number) => string
  /** Undefined for a collection that is none of this model's. */
  readonly generationOf: (collection: string) => number | undefined
  /** Whether a collection holds points of any model under this prefix. */
  readonly holdsPoints: (collection: string) => boolean
}

type Named = Pick<QdrantVectorIndexOptions, 'prefix' | 'model'>

export const namesOf = ({ prefix, model }: Named): QdrantNames => {
  const alias = `${prefix}.${model.name}.${model.version}`
  return {
    searchers: prefix,
    alias,
    heads: `${prefix}.heads`,
    collection: (generation) => `${alias}.g${generation}`,
    generationOf: (collection) => {
      const number = collection.startsWith(`${alias}.g`)
        ? collection.slice(alias.length + 2)
        : 'none'
      return /^[1-9]\d*$/.test(number) ? Number(number) : undefined
    },
    holdsPoints: (collection) =>
      collection.startsWith(`${prefix}.`) && /\.g[1-9]\d*$/.test(collection),
  }
}
