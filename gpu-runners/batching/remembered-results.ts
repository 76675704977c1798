import { hash } from 'node:crypto'
import { createLeastRecentlyUsed } from '../../topology/model/least-recently-used.ts'
import type { Cache } from '../../topology/ports/cache.ts'
import type { Clock } from '../../topology/ports/clock.ts'
import type { ModelInput } from '../../topology/ports/model-server.ts'
import type { ItemOutcome } from './item.ts'
import type { AskModel } from './model-pool.ts'
import { createSharedResults } from './shared-results.ts'

/** Results as bytes. What does not read as a sound result any more is undefined, and computed anew. */
export interface ResultCodec<R> {
  readonly bytesOf: (result: R) => Uint8Array
  readonly resultOf: (bytes: Uint8Array) => R | undefined
}

export interface RememberOptions {
  /** Bytes of results that this process keeps, the least recently used forgotten first. */
  readonly bytes: number
  /** Milliseconds that the cache keeps them for all processes; 0: it is not asked. */
  readonly ttlMs: number
  /** Milliseconds that an answer of the cache is waited for. */
  readonly waitMs: number
  /** Everything besides the content that decides the result: model, version, parameters. */
  readonly scope: string
}

/**
 * Asks the model only for what is not remembered: first in this process, then in the cache, one round trip for all items of
 * a call. A cache that fails or is slow is gone on without. Equal contents have equal results, so it does not matter whose they
 * were; outcomes that are no results are not remembered.
 */
export const rememberResults = <R>(
  ask: AskModel<R>,
  codec: ResultCodec<R>,
  options: RememberOptions,
  { cache, clock }: { readonly cache: Cache | undefined; readonly clock: Clock },
): AskModel<R> => {
  const known = createLeastRecentlyUsed<Uint8Array>(
    options.bytes,
    ({ byteLength }) => byteLength + 150,
  )
  const shared = createSharedResults(cache, options, clock)
  const find = async (keys: readonly string[]): Promise<readonly (R | undefined)[]> => {
    const here = keys.map((key) => known.get(key))
    const missing = keys.filter((_, i) => here[i] === undefined)
    const there = new Map(missing.map((key, i) => [key, i]))
    const values = missing.length === 0 ? [] : await shared.get(missing)
    return keys.map((key, i) => {
      const bytes = here[i] ?? values[there.get(key) ?? -1]
      const result = bytes && codec.resultOf(bytes)
      if (bytes && result !== undefined) known.set(key, bytes)
      return result
    })
  }
  const keep = (keys: readonly string[], outcomes: readonly ItemOutcome<R>[]): void => {
    const entries = outcomes.flatMap((outcome, i) => {
      if (outcome.kind !== 'ok') return []
      const key = keys[i] as string
      const value = codec.bytesOf(outcome.result)
      known.set(key, value)
      return [{ key, value }]
    })
    shared.set(entries)
  }
  return async (items, signal) => {
    const keys = items.map((item) => keyOf(options.scope, item.input))
    const found = await find(keys)
    signal.throwIfAborted()
    const open = items.flatMap((item, i) =>
      found[i] === undefined ? [{ item, key: keys[i] as string }] : [],
    )
    const computed =
      open.length === 0
        ? []
        : await ask(
            open.map(({ item }) => item),
            signal,
          )
    keep(
      open.map(({ key }) => key),
      computed,
    )
    let next = 0
    return found.map((result) =>
      result === undefined ? (computed[next++] as ItemOutcome<R>) : { kind: 'ok', result },
    )
  }
}

/** One hash of the content; text, ids and chat of the same bytes are other things. */
const keyOf = (scope: string, input: ModelInput): string => {
  const [kind, content] = contentOf(input)
  return `inference:${scope}:${kind}:${hash('sha256', content, 'base64url')}`
}

const contentOf = ({
  text,
  ids,
  chat,
}: ModelInput): readonly ['t' | 'i' | 'c', NodeJS.ArrayBufferView | string] => {
  if (ids !== undefined) return ['i', new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength)]
  if (chat === undefined) return ['t', text ?? '']
  return ['c', JSON.stringify([chat.system, chat.user, chat.schema])]
}

/** Floats as they are in memory, if `check` takes them. Copied: those of a batch share memory, which one of them must not hold. */
export const floatsCodec = (
  check: (values: Float32Array) => boolean,
): ResultCodec<Float32Array> => ({
  bytesOf: ({ buffer, byteOffset, byteLength }) =>
    new Uint8Array(new Uint8Array(buffer, byteOffset, byteLength)),
  resultOf: (bytes) => {
    if (bytes.byteLength % 4 !== 0) return undefined
    const values = new Float32Array(new Uint8Array(bytes).buffer)
    return check(values) ? values : undefined
  },
})
