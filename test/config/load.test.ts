import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { defaultChunkOptions } from '../../processors/chunk/options.ts'
import { defaultExpandOptions } from '../../processors/expand/options.ts'
import { defaultFetchOptions } from '../../processors/fetch/options.ts'
import { defaultParseOptions } from '../../processors/parse/options.ts'
import { packDefaults, storeDefaults } from '../../processors/store/options.ts'
import { parquetDefaults } from '../../sinks/parquet/options.ts'
import { summaryDefaults } from '../../sinks/summaries/options.ts'
import { vectorDefaults } from '../../sinks/vectors/options.ts'
import { defaultRuntimeOptions } from '../../topology/runtime/options.ts'
import { builtInProfiles } from '../../config/profile-file.ts'
import { loadTokenizer } from '../../processors/tokenise/load-tokenizer.ts'
import { temporaryFolder } from '../cli/temporary-folder.ts'
import { aConfigInput, loaded, problemsOf } from './a-config-input.ts'

const packaged = createHash('sha256').update(loadTokenizer()).digest('hex')

describe('the configuration', () => {
  const folder = temporaryFolder()

  it('is complete without any setting, with the defaults of the components', () => {
    const { config } = loaded(aConfigInput(''))
    assert.equal(config.dataDir, './archive-data')
    const { delivery: _, ...runtime } = defaultRuntimeOptions
    assert.deepEqual(config.runtime, runtime)
    assert.deepEqual(new Set(Object.values(config.delivery)), new Set(['at-least-once']))
    assert.deepEqual(config.parse, defaultParseOptions)
    assert.deepEqual(config.chunk, defaultChunkOptions)
    assert.deepEqual(config.parquet, parquetDefaults)
    assert.deepEqual(config.expand, defaultExpandOptions)
    assert.deepEqual(config.fetch, defaultFetchOptions)
    assert.deepEqual(config.pack, packDefaults)
    assert.deepEqual(config.store, storeDefaults)
    assert.deepEqual(config.vectors, vectorDefaults)
    assert.deepEqual(config.summaries, summaryDefaults)
  })

  it('takes the flag over the environment over the profile over the default', () => {
    const profile = 'tenant: from-file\ndataDir: file-dir\nruntime:\n  drainMs: 7\n'
    const environment = {
      ARCHIVE_STREAMS_TENANT: 'from-env',
      ARCHIVE_STREAMS_DATA_DIR: 'env-dir',
    }
    const flags = [{ flag: '--data-dir', path: 'dataDir', value: 'flag-dir' }]
    const { config, origins } = loaded(aConfigInput(profile, { environment, flags }))
    assert.equal(config.dataDir, 'flag-dir')
    assert.equal(config.tenant, 'from-env')
    assert.equal(config.runtime.drainMs, 7)
    assert.equal(config.runtime.revokeMs, defaultRuntimeOptions.revokeMs)
    assert.deepEqual(origins.get('dataDir'), { kind: 'flag', flag: '--data-dir' })
    const place = { kind: 'file', file: './profile.yaml', line: 4, column: 3 }
    assert.deepEqual(origins.get('runtime.drainMs'), place)
  })

  for (const profile of builtInProfiles)
    it(`loads the built-in profile ${profile}`, () => {
      const { log } = loaded({ profile, environment: {}, flags: [] }).config.drivers
      assert.equal(log, profile === 'kafka' ? 'kafka' : 'embedded')
    })

  it('reports every problem at once, each with its place', () => {
    const profile = 'tennant: x\nruntime:\n  pollWaitMs: soon\n  drainms: 1\npartitions: 0\n'
    const environment = { ARCHIVE_STREAMS_WORKERS__THREDS: '2', ARCHIVE_STREAMS_TENANT: 'No Good' }
    const flags = [{ flag: '--set', path: 'chunk.overlapp', value: 1 }]
    assert.deepEqual(problemsOf(aConfigInput(profile, { environment, flags })).toSorted(), [
      '--set: unknown option "chunk.overlapp"; did you mean "chunk.overlap"?',
      './profile.yaml:1:1: unknown option "tennant"; did you mean "tenant"?',
      './profile.yaml:3:3: runtime.pollWaitMs: Invalid input: expected number, received string',
      './profile.yaml:4:3: unknown option "drainms" in "runtime"; did you mean "drainMs"?',
      './profile.yaml:5:1: partitions: Too small: expected number to be >=1',
      'ARCHIVE_STREAMS_TENANT: tenant: expected letters, digits, dots, underscores and hyphens',
      'ARCHIVE_STREAMS_WORKERS__THREDS: unknown option; did you mean ARCHIVE_STREAMS_WORKERS__THREADS?',
    ])
  })

  it('looks into what it names, whatever else is wrong', () => {
    const profile = `partitions: 0
redact:
  policy: ./mine.yaml
models:
  embed: embed-hsh
  classify: [classify-spam, embed-hash]
tokenise:
  tokenizerFile: ./none.json
`
    const files = { './mine.yaml': 'version: 1\nname: mine\nalow: []\n' }
    const problems = problemsOf(aConfigInput(profile, { references: true }, files))
    assert.deepEqual(
      problems.map((line) => line.replace(/; there are .*/, '')),
      [
        './profile.yaml:1:1: partitions: Too small: expected number to be >=1',
        './mine.yaml:3:1: alow: unknown option; did you mean "allow"?',
        './profile.yaml:5:3: models.embed: there is no model "embed-hsh"; did you mean "embed-hash"?',
        './profile.yaml:6:3: models.classify: embed-hash is a model to embed, not to classify',
        './profile.yaml:8:3: tokenise.tokenizerFile: ./none.json: cannot be read: ENOENT',
      ],
    )
  })

  it('says which tokenizer file is broken, where and how, before anything is read', () => {
    const file = join(folder(), 'tokenizer.json')
    const flags = [{ flag: '--set', path: 'tokenise.tokenizerFile', value: file }]
    const said = (text: string): readonly string[] => {
      writeFileSync(file, text)
      return problemsOf(aConfigInput('', { flags, references: true }))
    }
    const place = `--set: tokenise.tokenizerFile: ${file}: `
    assert.ok(said('{"model": 1;}')[0]?.startsWith(`${place}not JSON: `))
    const model = said('{"model": {"type": "Odd"}}')
    assert.deepEqual(model, [
      `${place}model.type: Odd is not supported, only WordPiece, BPE and Unigram are`,
    ])
  })

  it('takes one price for each model there is, and none that no model has', () => {
    const profile = (...prices: readonly string[]): string =>
      `prices:\n  models:\n${prices.map((each) => `    - { ${each} }\n`).join('')}`
    const said = (...prices: readonly string[]) =>
      problemsOf(aConfigInput(profile(...prices), { references: true }))
    assert.match(
      said('model: embed-hash, perGpuSecond: 1e300')[0] ?? '',
      /prices\.models.*expected number to be <=1000000/,
    )
    assert.deepEqual(said('model: embed-hash', 'model: embed-hash@1', 'model: embed-hash'), [
      './profile.yaml:2:3: prices.models: has more than one price for "embed-hash"',
    ])
    const [unknown, ...more] = said('model: embed-hsh@1', 'model: summarise-llm@org/some')
    assert.match(
      unknown ?? '',
      /:3:9: prices\.models\.0\.model: there is no model "embed-hsh"; did you mean "embed-hash"\?/,
    )
    assert.deepEqual(more, [])
  })

  it('holds chunks and tokenizer against a model that reads token ids', () => {
    const profile = 'models:\n  embed: embed-minilm\nchunk:\n  specialTokens: 1\n'
    assert.deepEqual(problemsOf(aConfigInput(profile, { references: true })), [
      './profile.yaml:2:3: models.embed: the models of this process read text, and embed-minilm reads token ids; put it on a Triton and set drivers.models: triton',
      'default: chunk.maxTokens: is 512, and embed-minilm reads 256 tokens: the rest of a chunk would not be embedded',
      './profile.yaml:4:3: chunk.specialTokens: is 1, and embed-minilm puts 2 special tokens around a text',
      `default: tokenise.tokenizerFile: has the SHA-256 ${packaged}, and embed-minilm reads ids of be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037`,
    ])
  })

  it('names an option once where the flag has named it', () => {
    const flags = [{ flag: '--set partitions', path: 'partitions', value: 0 }]
    assert.deepEqual(problemsOf(aConfigInput('', { flags })), [
      '--set partitions: Too small: expected number to be >=1',
    ])
  })

  it('refuses more requests at once than any server takes', () => {
    const [problem] = problemsOf(aConfigInput('llm:\n  concurrency: 1000000\n'))
    assert.match(problem ?? '', /:2:3: llm\.concurrency: Too big: expected number to be <=1000$/)
  })

  it('says which policies there are', () => {
    const naming = (policy: string) => {
      const flags = [{ flag: '--policy', path: 'redact.policy', value: policy }]
      return problemsOf(aConfigInput('', { flags, references: true }))
    }
    assert.deepEqual(naming('everithing'), [
      '--policy: redact.policy: no policy "everithing"; did you mean "everything"?; built in: default, everything; others by the path of a file',
    ])
    assert.deepEqual(naming('./none.yaml'), [
      '--policy: redact.policy: the policy file ./none.yaml cannot be read (ENOENT)',
    ])
    assert.deepEqual(naming('everything'), [])
  })

  it('names what takes the room of the text in a chunk', () => {
    const full = 'chunk:\n  maxTokens: 64\n  header: full\n'
    assert.deepEqual(problemsOf(aConfigInput(full)), [
      './profile.yaml:2:3: chunk.maxTokens: maxTokens (64) has to leave 16 tokens for text: specialTokens, reserve and headerTokens take 50',
    ])
  })

  it('says that a driver is not in this version', () => {
    const [problem] = problemsOf(aConfigInput('drivers:\n  models: tritno\n'))
    assert.match(
      problem ?? '',
      /profile\.yaml:2:3: drivers\.models: unknown driver "tritno".*this version has "embedded", "triton"/,
    )
  })

  it('leaves the addresses of test services to the tests', () => {
    const environment = { ARCHIVE_STREAMS_TEST_REGISTRY: 'http://localhost:1' }
    loaded(aConfigInput('', { environment }))
  })

  it('suggests a profile', () => {
    const [problem] = problemsOf(aConfigInput('', { profile: 'embeded' }))
    assert.match(problem ?? '', /no such profile; did you mean "embedded"\?/)
  })

  it('says that a profile cannot be read', () => {
    const [problem] = problemsOf(aConfigInput('', { profile: './other.yaml' }))
    assert.match(problem ?? '', /other\.yaml.*cannot be read \(ENOENT\)/)
  })
})
