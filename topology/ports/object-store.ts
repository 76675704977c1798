import type { Uri } from '../../schemas/brands.ts'

/** Objects by name, immutable but for erasures. Names are relative, use `/`, and are made of content or ids, never of personal data. */
export interface ObjectStore {
  /**
   * Creates the object unless it is there already; durable once resolved. Equal bytes under the same name answer
   * `exists`; other bytes throw {@link ObjectConflict}. Throws a `Fault` when the store is full or away. Once it is resolved the
   * array is the caller's again, who may write into it or give its memory back.
   */
  readonly put: (name: string, bytes: Uint8Array) => Promise<'created' | 'exists'>
  /**
   * Puts other bytes in the place of an object at once and durably: whoever reads sees all of the old ones or all of the new
   * ones. `before` are the bytes that the new ones were made from; when the object holds others by now, or is gone, nothing
   * happens and the answer is `changed`. Only for what must not stay: everything else has a new name.
   */
  readonly replace: (
    uri: Uri,
    before: Uint8Array,
    bytes: Uint8Array,
  ) => Promise<'replaced' | 'changed'>
  /** The bytes, or undefined when there is no such object. `range` is half-open, in bytes. */
  readonly get: (
    uri: Uri,
    range?: { readonly start: number; readonly end: number },
  ) => Promise<Uint8Array | undefined>
  /** Removes the object; not an error when it is gone already. */
  readonly remove: (uri: Uri) => Promise<void>
  /** Names that begin with `prefix`, in code-unit order. */
  readonly list: (prefix: string) => AsyncIterable<ObjectEntry>
  readonly uriOf: (name: string) => Uri
  readonly close: () => Promise<void>
}

export interface ObjectEntry {
  readonly name: string
  readonly uri: Uri
  readonly bytes: number
}

/** Thrown when an object of the same name holds other bytes: a stage that should be deterministic is not. */
export class ObjectConflict extends Error {
  constructor(name: string) {
    super(
      `object ${name} exists with other bytes; a deterministic stage changed without a new version`,
    )
    this.name = 'ObjectConflict'
  }
}
