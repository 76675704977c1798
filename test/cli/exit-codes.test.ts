import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'mocha'
import { CommandError, exitCodes } from '../../cli/exit-codes.ts'
import { exitWith } from '../../cli/exit-with.ts'
import { DataDirLocked } from '../../drivers/embedded/data-dir/lock-data-dir.ts'
import { DataFolderMoved } from '../../drivers/embedded/object-store/data-folder-moved.ts'
import { NotTaken } from '../../drivers/embedded/inbox/hand-in.ts'
import { KafkaMisfit, runtimeFault } from '../../drivers/kafka/errors.ts'
import { RegistryError } from '../../drivers/registry/registry-error.ts'
import { PolicyError } from '../../processors/redact/load-policy.ts'
import { TokenizerFileError } from '../../processors/tokenise/tokenizer-file-error.ts'
import { Fault } from '../../topology/model/failure.ts'
import { PartitionsDiffer } from '../../topology/ports/partitions-differ.ts'
import { diffExitCodes } from '../../topology/model/diff.ts'

const page = readFileSync(new URL('../../../docs/exit-codes.md', import.meta.url), 'utf8')

describe('exit codes', () => {
  for (const [name, code] of [...Object.entries(exitCodes), ...Object.entries(diffExitCodes)])
    it(`${code} is documented as ${name}`, () => {
      assert.match(page, new RegExp(`\\n\\| ${code} +\\| \`${name}\` +\\|`))
    })

  const systemError = (code: string): Error => Object.assign(new Error(`${code}: mkdir`), { code })
  const forbidden = Object.assign(new Error('no'), { type: 'TOPIC_AUTHORIZATION_FAILED' })
  const errors: readonly (readonly [string, Error, number])[] = [
    ['Kafka that is not there', new KafkaMisfit('no broker'), 69],
    ['a registry that is not there', new RegistryError('away', 'no registry'), 69],
    ['a right that is taken away', runtimeFault(forbidden, 'at b:1'), 69],
    ['a full disk', systemError('ENOSPC'), 74],
    ['a read-only file system', systemError('EROFS'), 74],
    ['a fatal fault of a store', new Fault('fatal', 'object-store', 'the disk is full'), 74],
    ['a data folder that was moved', new DataFolderMoved('/a', '/b'), 74],
    ['a locked data folder', new DataDirLocked('data', { pid: 1, since: 0 }), 75],
    ['a job that takes nothing from its inbox', new NotTaken('data', 30), 75],
    ['other partitions than those of the folder', new PartitionsDiffer('t', 4, 8), 78],
    ['a wrong policy', new PolicyError('policy-invalid', []), 78],
    ['a wrong tokenizer', new TokenizerFileError('tokenizer-unreadable', ['ENOENT']), 78],
    ['an error with a code of its own', new CommandError(3, 'not all'), 3],
    ['anything else', new Error('unforeseen'), 1],
  ]
  for (const [what, error, code] of errors)
    it(`${code} is the answer to ${what}, said in one line`, () => {
      const said: string[] = []
      assert.equal(exitWith(error, { write: (text) => said.push(text) }), code)
      assert.match(said.join(''), /^archive-streams: [^\n]+\n$/)
    })
})
