import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'

/** A file system of its own in memory. */
export interface SmallDisk {
  readonly grow: (megabytes: number) => void
  readonly remove: () => void
}

const mount = (...args: readonly string[]): void =>
  void execFileSync('mount', args, { stdio: 'ignore' })

/** Mounts a disk of a few megabytes at the path; undefined where that is not allowed or not known. */
export const smallDiskAt = (path: string, megabytes: number): SmallDisk | undefined => {
  mkdirSync(path, { recursive: true })
  try {
    mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path)
  } catch {
    return undefined
  }
  return {
    grow: (size) => mount('-o', `remount,size=${size}m`, path),
    remove: () => void execFileSync('umount', ['-l', path]),
  }
}
