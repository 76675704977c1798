import { CommanderError } from 'commander'
import { DataDirLocked } from '../drivers/embedded/data-dir/lock-data-dir.ts'
import { PolicyError } from '../processors/redact/load-policy.ts'
import { TokenizerFileError } from '../processors/tokenise/tokenizer-file.ts'
import { Fault } from '../topology/model/failure.ts'
import { CommandError, exitCodes } from './exit-codes.ts'

/** Says what went wrong and answers the exit code for it. */
export const exitWith = (
  error: unknown,
  err: { readonly write: (text: string) => unknown },
): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
  const message = error instanceof Error ? error.message : 'a value that is no error was thrown'
  err.write(`archive-streams: ${message}\n`)
  if (error instanceof CommandError) return error.exitCode
  if (error instanceof DataDirLocked) return exitCodes.locked
  if (error instanceof PolicyError || error instanceof TokenizerFileError) return exitCodes.config
  if (error instanceof Fault && error.kind === 'fatal') return exitCodes.storage
  if (process.env['ARCHIVE_STREAMS_DEBUG'] && error instanceof Error) err.write(`${error.stack}\n`)
  return exitCodes.failed
}
