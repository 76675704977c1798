export interface FolderObjectStoreOptions {
  /** Folder of everything that is written; the objects take `objects/` in it. */
  readonly dataDir: string
  /** Only looks: makes no folder and leaves alone what the owner is writing. Nothing may be put. */
  readonly readOnly?: boolean
  /**
   * A second store of one process, for a few large objects: leaves alone what the first one is writing, writes in its own thread,
   * synced, and keeps nothing in memory. The two must not put or replace the same name at the same time.
   */
  readonly beside?: boolean
  /**
   * What a finished `put` survives:
   * - `power-loss`: the bytes and the name are synced to the disk;
   * - `process-crash`: the operating system has them; a power cut may lose the last seconds, and the record log, which
   *   syncs, may then point at objects that are gone.
   *
   * Measured, 64 concurrent puts of 4 KiB on two shared cores and a virtual disk, puts per second: process-crash 3,500 to
   * 6,300 and power-loss 950 to 2,700 while the disk was quiet, a factor of 1.9 to 5.6; 1,000 to 1,900 and 670 to 1,350
   * while others used it. So the default is `process-crash`; choose `power-loss` where power cuts are to be expected.
   */
  readonly durability?: 'power-loss' | 'process-crash'
  /** Most bytes of recently written objects kept in memory for whoever reads them next. */
  readonly memoryBytes?: number
}
