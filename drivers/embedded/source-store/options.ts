export interface FileSourceStoreOptions {
  /** Folders (or single files) that may be read, with everything below them. Nothing else may. */
  readonly roots: readonly string[]
  /** Most bytes of one piece. */
  readonly pieceBytes?: number
}
