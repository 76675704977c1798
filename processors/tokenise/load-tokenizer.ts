import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { TokeniseOptions } from './options.ts'
import { namingFile, TokenizerFileError } from './tokenizer-file-error.ts'

/** The vocabulary that comes with the package; see vocabulary/README.md. Compiled files lie in dist/, beside the sources. */
const EMBEDDED = new URL('../../../processors/tokenise/vocabulary/tokenizer.json', import.meta.url)

/**
 * Reads the text of a `tokenizer.json`. For start-up of a process or a thread, not for the run of a stage.
 *
 * @throws {TokenizerFileError} `tokenizer-unreadable` when the file cannot be read, `tokenizer-changed` when its bytes
 * are not those that the options ask for
 */
export function loadTokenizer(options: TokeniseOptions = {}): string {
  const { tokenizerFile: file, tokenizerSha256: wanted } = options
  return namingFile(file, () => textOf(read(file ?? EMBEDDED), wanted?.toLowerCase()))
}

function textOf(bytes: Buffer, wanted?: string): string {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  if (wanted !== undefined && wanted !== sha256) {
    throw new TokenizerFileError('tokenizer-changed', [`SHA-256 is ${sha256}, not ${wanted}`])
  }
  return bytes.toString('utf8')
}

function read(file: string | URL): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new TokenizerFileError('tokenizer-unreadable', [`cannot be read: ${reason}`])
  }
}
