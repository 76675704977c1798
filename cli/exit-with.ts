import { debuglog } from 'node:util'
import { CommanderError } from 'commander'
import { DataDirLocked } from '../drivers/embedded/data-dir/lock-data-dir.ts'
import { NotTaken } from '../drivers/embedded/inbox/hand-in.ts'
import { DataFolderMoved } from '../drivers/embedded/object-store/data-folder-moved.ts'
import { KafkaMisfit } from '../drivers/kafka/errors.ts'
import { RegistryError } from '../drivers/registry/registry-error.ts'
import { S3Refusal } from '../drivers/s3/answers.ts'
import { PolicyError } from '../processors/redact/load-policy.ts'
import { TokenizerFileError } from '../processors/tokenise/tokenizer-file-error.ts'
import { Fault } from '../topology/model/failure.ts'
import { PartitionsDiffer } from '../topology/ports/partitions-differ.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import { outOfFiles } from './out-of-files.ts'

/** Stacks are for whoever looks for a bug: `NODE_DEBUG=archive-streams`. */
const debug = debuglog('archive-streams')

/** Says what went wrong and answers the exit code for it. */
export const exitWith = (
  error: unknown,
  err: { readonly write: (text: string) => unknown },
): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
  const message =
    outOfFiles(error) ??
    (error instanceof Error ? error.message : 'a value that is no error was thrown')
  debug('%s', error instanceof Error ? error.stack : message)
  const unwritable = isUnwritable(error)
  const where = unwritable ? 'the data folder cannot be used: ' : ''
  err.write(`archive-streams: ${where}${message}\n`)
  if (unwritable) return exitCodes.storage
  if (error instanceof CommandError) return error.exitCode
  if (error instanceof DataDirLocked || error instanceof NotTaken) return exitCodes.locked
  if (error instanceof PolicyError || error instanceof TokenizerFileError) return exitCodes.config
  if (error instanceof PartitionsDiffer) return exitCodes.config
  if (isMisfit(error)) return exitCodes.unavailable
  if (error instanceof DataFolderMoved) return exitCodes.storage
  if (error instanceof Fault && error.kind === 'fatal') return exitCodes.storage
  return exitCodes.failed
}

/** A service is not as it must be: found at the start, or by what runs, which must then stop. */
const isMisfit = (error: unknown): boolean =>
  error instanceof KafkaMisfit ||
  error instanceof RegistryError ||
  (error instanceof Fault &&
    (error.cause instanceof KafkaMisfit || error.cause instanceof S3Refusal))

/** What a system call answers when a disk is full or a folder is not ours. Files that are read have errors of their own. */
const unwritableCodes: ReadonlySet<string> = new Set([
  'EACCES',
  'EDQUOT',
  'EIO',
  'ENOSPC',
  'ENOTDIR',
  'EPERM',
  'EROFS',
])

const isUnwritable = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && unwritableCodes.has(String(error.code))
