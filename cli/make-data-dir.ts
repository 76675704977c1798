import { mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { CommandError, exitCodes } from './exit-codes.ts'

/**
 * Makes the data folder and answers its absolute path. Throws {@link CommandError} when it cannot be made. Folder by
 * folder: a recursive mkdir never returns where the system refuses new folders with ENOENT, as in /proc.
 */
export const makeDataDir = (dataDir: string): string => {
  const path = resolve(dataDir)
  refuseFile(dataDir)
  try {
    makeFolder(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    const message = `the data folder ${dataDir} cannot be made (${code}); choose another with --data-dir`
    throw new CommandError(exitCodes.storage, message, error)
  }
  return path
}

/** Throws {@link CommandError} when a file stands where the data folder should be. */
export const refuseFile = (dataDir: string): void => {
  const found = statSync(resolve(dataDir), { throwIfNoEntry: false })
  if (!found || found.isDirectory()) return
  const message = `${dataDir} is a file, not a folder; choose another with --data-dir`
  throw new CommandError(exitCodes.storage, message)
}

const makeFolder = (path: string): void => {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isDirectory()) return
  if (!found && dirname(path) !== path) makeFolder(dirname(path))
  mkdirSync(path)
}
