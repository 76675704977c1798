export interface FolderObjectStoreOptions {
  /** Folder of everything that is written; the objects take `objects/` in it. */
  readonly dataDir: string
  /**
   * What a finished `put` survives:
   * - `power-loss`: the bytes and the name are synced to the disk;
   * - `process-crash`: the operating system has them; a power cut may lose the last seconds, and the record log, which
   *   syncs, may then point at objects that are gone.
   *
   * MEASURED
   */
  readonly durability?: 'power-loss' | 'process-crash'
}
