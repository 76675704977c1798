import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { pipelineOptionsOf } from '../../cli/pipeline-options.ts'
import { aConfigInput, loaded } from '../config/a-config-input.ts'
import { repository } from '../scripts/repository.ts'
import { temporaryFolder } from './temporary-folder.ts'

describe('the configHash of outputs', () => {
  const folder = temporaryFolder()
  const hashOf = (profile: string, environment = {}): string =>
    pipelineOptionsOf(loaded(aConfigInput(profile, { environment })).config).identity.configHash

  it('changes with a result, not with speed, place or secrets', () => {
    const usual = hashOf('')
    assert.equal(hashOf('runtime:\n  drainMs: 1\ndataDir: elsewhere\n'), usual)
    assert.equal(hashOf('fetch:\n  concurrency: 3\n'), usual)
    assert.equal(hashOf('', { ARCHIVE_STREAMS_REDACT__KEYS__A: 'x' }), usual)
    const others = [
      'chunk:\n  maxTokens: 256\n',
      'redact:\n  policy: everything\n',
      'parse:\n  language: false\n',
      'pack:\n  chunksPerSet: 8\n',
      'fetch:\n  maxBytes: 1000\n',
      'models:\n  classify: [classify-spam]\n',
    ]
    assert.equal(new Set([usual, ...others.map((profile) => hashOf(profile))]).size, 7)
  })

  it('goes by what a policy file says, not by its name', () => {
    const file = join(folder(), 'policy.json')
    const hashWith = (locale: string): string => {
      writeFileSync(file, JSON.stringify({ version: 1, name: 'mine', locales: [locale] }))
      return hashOf(`redact:\n  policy: ${file}\n`)
    }
    const german = hashWith('de')
    assert.notEqual(hashWith('fr'), german)
    assert.equal(hashWith('de'), german)
  })

  it('goes by what a tokenizer file says, and holds every thread to it', () => {
    const embedded = join(repository, 'processors', 'tokenise', 'vocabulary', 'tokenizer.json')
    const file = join(folder(), 'tokenizer.json')
    const optionsOf = (text: string) => {
      writeFileSync(file, text)
      const profile = `tokenise:\n  tokenizerFile: ${file}\n`
      return pipelineOptionsOf(loaded(aConfigInput(profile)).config)
    }
    const text = readFileSync(embedded, 'utf8')
    const same = optionsOf(text)
    assert.equal(same.identity.configHash, hashOf(''))
    assert.match(same.tokenise.tokenizerSha256 ?? '', /^[0-9a-f]{64}$/)
    assert.notEqual(optionsOf(`${text}\n`).identity.configHash, same.identity.configHash)
  })
})
