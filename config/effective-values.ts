import type { ConfigLoad } from './load.ts'
import { originText } from './layer.ts'
import { environmentName } from './environment-layer.ts'
import { optionLeaves } from './option-tree.ts'

/** One line of `config print`. */
export interface EffectiveValue {
  /** `runtime.pollWaitMs` */
  readonly option: string
  /** Masked for secrets; null where an optional one is not set. */
  readonly value: unknown
  /** `default`, `embedded.yaml:3:1`, `ARCHIVE_STREAMS_TENANT`, `--tenant`. */
  readonly origin: string
  readonly doc: string
  /** The variable that sets it. */
  readonly variable: string
}

const mask = '********'

const at = (tree: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (value, name) => (value as Record<string, unknown> | undefined)?.[name],
    tree,
  )

/** Every option with its value and where that came from, in the order of the schema. Secrets are masked. */
export const effectiveValues = (
  loaded: Extract<ConfigLoad, { kind: 'loaded' }>,
): readonly EffectiveValue[] =>
  optionLeaves.flatMap(({ path, node }) => {
    const line = (names: readonly string[], value: unknown): EffectiveValue => {
      const option = names.join('.')
      const origin = loaded.origins.get(option)
      return {
        option,
        value,
        origin: origin ? originText(origin) : 'default',
        doc: node.facts.doc,
        variable: environmentName(names),
      }
    }
    const value = at(loaded.config, path)
    if (node.kind === 'leaf') return [line(path, value ?? null)]
    const ids = Object.keys(value as Record<string, string>).sort()
    return ids.length > 0 ? ids.map((id) => line([...path, id], mask)) : [line(path, null)]
  })
