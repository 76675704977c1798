import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
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
import { aConfigInput, loaded, problemsOf } from './a-config-input.ts'

const packaged = createHash('sha256').update(loadTokenizer()).digest('hex')

describe('the configuration', () => {
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
        './profile.yaml:8:3: tokenise.tokenizerFile: cannot be read: ENOENT',
      ],
    )
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
      /:2:3: prices\.models: there is no model "embed-hsh"; did you mean "embed-hash"\?/,
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

  it('says what a section lacks beside another that is wrong', () => {
    const profile = 'drivers:\n  summaries: llm\nllm:\n  url: http://a:1/v1\npartitions: 0\n'
    assert.deepEqual(problemsOf(aConfigInput(profile)), [
      './profile.yaml:5:1: partitions: Too small: expected number to be >=1',
      'default: llm.model: is needed where drivers.summaries is llm',
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

  it('looks whether certificates can be read', () => {
    const profile = 'llm:\n  caFile: ./none.pem\ntriton:\n  caFile: ./there.pem\n'
    const files = { './there.pem': 'x' }
    assert.deepEqual(problemsOf(aConfigInput(profile, { references: true }, files)), [
      './profile.yaml:2:3: llm.caFile: ./none.pem cannot be read (ENOENT)',
    ])
    assert.deepEqual(problemsOf(aConfigInput(profile, {}, files)), [])
  })

  it('knows a key with two letters swapped', () => {
    assert.deepEqual(problemsOf(aConfigInput('llm:\n  ulr: http://a:1/v1\n')), [
      './profile.yaml:2:3: unknown option "ulr" in "llm"; did you mean "url"?',
    ])
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

  it('checks options against each other', () => {
    const [problem] = problemsOf(aConfigInput('chunk:\n  overlap: 400\n'))
    assert.match(
      problem ?? '',
      /^\.\/profile\.yaml:2:3: chunk\.overlap: overlap must be under half/,
    )
  })

  it('names what takes the room of the text in a chunk', () => {
    const full = 'chunk:\n  maxTokens: 64\n  header: full\n'
    assert.deepEqual(problemsOf(aConfigInput(full)), [
      './profile.yaml:2:3: chunk.maxTokens: maxTokens (64) has to leave 16 tokens for text: specialTokens, reserve and headerTokens take 50',
    ])
  })

  it('says where the YAML is broken', () => {
    const [problem] = problemsOf(aConfigInput('tenant: a\nsources: [1\n'))
    assert.match(problem ?? '', /profile\.yaml:3:1: Flow sequence/)
  })

  it('refuses a key that is given twice', () => {
    const [problem] = problemsOf(aConfigInput('tenant: a\ntenant: b\n'))
    assert.match(problem ?? '', /profile\.yaml:2:1: .*unique/)
  })

  it('refuses a value where a group belongs', () => {
    const [problem] = problemsOf(aConfigInput('runtime: fast\n'))
    assert.equal(problem, './profile.yaml:1:1: "runtime" is a group of options, not a value')
  })

  it('says that a driver is not in this version', () => {
    const [problem] = problemsOf(aConfigInput('drivers:\n  models: tritno\n'))
    assert.match(
      problem ?? '',
      /profile\.yaml:2:3: drivers\.models: unknown driver "tritno".*this version has "embedded", "triton"/,
    )
  })

  it('says what a large language model needs to be reached', () => {
    const problems = (yaml: string) =>
      problemsOf(aConfigInput(yaml)).map((problem) => problem.replace(/^\S+: /, ''))
    assert.deepEqual(problems('drivers:\n  summaries: llm\n'), [
      'llm.url: is needed where drivers.summaries is llm',
      'llm.model: is needed where drivers.summaries is llm',
    ])
    const at = (url: string) => problems(`llm:\n  url: ${url}\n  model: org/tiny-chat\n`)
    for (const right of ['http://127.0.0.1:8000/v1', 'https://llm.example', 'http://h/a/v1'])
      assert.deepEqual(at(right), [], right)
    for (const wrong of ['h:8000', 'http://user:word@h/v1', 'http://h/v1/', 'http://h/v1?key=x'])
      assert.equal(at(wrong).length, 1, wrong)
    assert.match(
      problems('llm:\n  credentials:\n    key: very-secret\n')[0] ?? '',
      /environment|_FILE/,
    )
  })

  it('says what Qdrant needs to be reached, and what its deadline may be', () => {
    const problems = (yaml: string) =>
      problemsOf(aConfigInput(yaml)).map((problem) => problem.replace(/^\S+: /, ''))
    assert.deepEqual(problems('drivers:\n  vectors: qdrant\n'), [
      'qdrant.url: is needed where drivers.vectors is qdrant',
    ])
    const url = 'drivers:\n  vectors: qdrant\nqdrant:\n  url: http://127.0.0.1:6333\n'
    assert.deepEqual(problems(url), [])
    assert.deepEqual(problems(`${url}  deadlineMs: 30001\n`), [
      'qdrant.deadlineMs: must be at most half of vectors.timeoutMs: 30000',
    ])
  })

  it('says what Triton needs to be reached', () => {
    const problems = (yaml: string) =>
      problemsOf(aConfigInput(yaml)).map((problem) => problem.replace(/^\S+: /, ''))
    assert.deepEqual(problems('drivers:\n  models: triton\n'), [
      'triton.endpoints: are needed where drivers.models is triton',
    ])
    const at = (endpoint: string) => problems(`triton:\n  endpoints: [${endpoint}]\n`)
    for (const right of ['http://127.0.0.1:8000', 'https://gpu-1:443'])
      assert.deepEqual(at(right), [], right)
    for (const wrong of ['gpu-1:8000', 'http://user@gpu-1', 'http://gpu-1/v2'])
      assert.equal(at(wrong).length, 1, wrong)
  })

  it('says what an object store needs to be reached, and which places it cannot have', () => {
    const problems = (yaml: string) =>
      problemsOf(aConfigInput(yaml)).map((problem) => problem.replace(/^\S+: /, ''))
    assert.deepEqual(problems('drivers:\n  objects: s3\n'), [
      's3.endpoint: is needed where drivers.objects is s3, or s3.sources are given',
      's3.bucket: is needed where drivers.objects is s3',
    ])
    const at = (source: string) =>
      problems(`s3:\n  endpoint: http://127.0.0.1:9000\n  sources: [${source}]\n`)
    for (const right of ['s3://mail', 's3://mail/2024/', 'minio://127.0.0.1:9000/mail/in'])
      assert.deepEqual(at(right), [], right)
    assert.match(at('minio://other:9000/mail')[0] ?? '', /neither that of s3\.endpoint/)
    for (const wrong of [
      's3://mail/../x',
      's3://',
      'http://host/mail',
      's3://u:p@mail',
      's3://mail?x',
    ])
      assert.match(at(wrong)[0] ?? '', /expected s3:/, wrong)
    const slow = 's3:\n  endpoint: http://h\n  sources: [s3://mail]\n  deadlineMs: 40000\n'
    assert.match(problems(slow)[0] ?? '', /s3\.deadlineMs: must be at most half of .*: 15000/)
    assert.match(
      problems('s3:\n  endpoint: http://user:secret@host\n')[0] ?? '',
      /expected http\(s\)/,
    )
  })

  it('says what a driver needs to be reached', () => {
    const profile =
      'drivers:\n  log: kafka\n  registry: confluent\nkafka:\n  sasl: plain\n  heartbeatMs: 45000\n'
    assert.deepEqual(
      problemsOf(aConfigInput(profile)).map(
        (problem) => problem.replace(/^\S+: /, '').split(':')[0],
      ),
      ['kafka.brokers', 'registry.url', 'kafka.sasl', 'kafka.heartbeatMs'],
    )
  })

  it('says what tokens of oauthbearer need', () => {
    const kafka = (options: string) =>
      aConfigInput(`kafka:\n  sasl: oauthbearer\n${options}`, {
        environment: { ARCHIVE_STREAMS_KAFKA__CREDENTIALS__PASSWORD: 'hush' },
      })
    loaded(kafka('  tokenFile: /run/token\n'))
    loaded(kafka('  tokenUrl: https://issuer/token\n  username: client\n'))
    for (const options of ['', '  tokenFile: /a\n  tokenUrl: https://b\n'])
      assert.match(problemsOf(kafka(options))[0] ?? '', /needs kafka\.tokenFile or kafka\.tokenUrl/)
    assert.match(problemsOf(kafka('  tokenUrl: https://b\n'))[0] ?? '', /needs kafka\.username/)
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

  it('follows aliases, and treats an empty group as not given', () => {
    const profile = 'runtime:\n  retry: &r\n    firstMs: 3\nworkers:\n  # nothing\n'
    assert.equal(loaded(aConfigInput(profile)).config.runtime.retry.firstMs, 3)
    const aliased = 'tenant: &t acme\ndataDir: *t\n'
    assert.equal(loaded(aConfigInput(aliased)).config.dataDir, 'acme')
  })

  it('does not let a key reach the prototype', () => {
    const [problem] = problemsOf(aConfigInput('__proto__:\n  polluted: 1\n'))
    assert.match(problem ?? '', /unknown option "__proto__"/)
    assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false)
  })
})

describe('the environment', () => {
  it('reads numbers, switches and lists', () => {
    const environment = {
      ARCHIVE_STREAMS_PARSE__LANGUAGE: 'false',
      ARCHIVE_STREAMS_PARSE__LIMITS__MAX: undefined,
      ARCHIVE_STREAMS_PARTITIONS: '8',
      ARCHIVE_STREAMS_SOURCES: '/a, /b',
      ARCHIVE_STREAMS_MODELS__CLASSIFY: '["x"]',
      ARCHIVE_STREAMS_PROFILE: 'embedded',
      HOME: '/nowhere',
    }
    const { config } = loaded(aConfigInput('', { environment }))
    assert.equal(config.parse.language, false)
    assert.equal(config.partitions, 8)
    assert.deepEqual(config.sources, ['/a', '/b'])
    assert.deepEqual(config.models.classify, ['x'])
  })

  it('suggests only what is near, whatever the names have in common', () => {
    const said = (name: string) => problemsOf(aConfigInput('', { environment: { [name]: '1' } }))
    assert.deepEqual(said('ARCHIVE_STREAMS_FOO'), [
      'ARCHIVE_STREAMS_FOO: unknown option; "config print --docs" lists the variables',
    ])
    assert.deepEqual(said('ARCHIVE_STREAMS_DATADIR'), [
      'ARCHIVE_STREAMS_DATADIR: unknown option; did you mean ARCHIVE_STREAMS_DATA_DIR?',
    ])
    assert.deepEqual(said('ARCHIVE_STREAMS_PARQUET_MAX_RECORDS'), [
      'ARCHIVE_STREAMS_PARQUET_MAX_RECORDS: unknown option; did you mean ARCHIVE_STREAMS_PARQUET__MAX_RECORDS?',
    ])
  })

  it('gives keys by id, from the variable or from a file', () => {
    const environment = {
      ARCHIVE_STREAMS_REDACT__KEYS__MAIN_2026: 'first secret',
      ARCHIVE_STREAMS_REDACT__KEYS__OLD_FILE: '/run/secrets/old',
    }
    const files = { '/run/secrets/old': 'second secret\n' }
    const { config } = loaded(aConfigInput('', { environment }, files))
    assert.deepEqual(config.redact.keys, { 'main-2026': 'first secret', old: 'second secret' })
  })

  it('says that the file of a secret cannot be read, and never its content', () => {
    const environment = { ARCHIVE_STREAMS_REDACT__KEYS__A_FILE: '/gone' }
    assert.deepEqual(problemsOf(aConfigInput('', { environment })), [
      'ARCHIVE_STREAMS_REDACT__KEYS__A_FILE: the file it names cannot be read (ENOENT)',
    ])
  })
})

describe('secrets', () => {
  it('are refused in a profile, without being repeated', () => {
    const problems = problemsOf(aConfigInput('redact:\n  keys:\n    main: hunter2\n'))
    assert.equal(problems.length, 1)
    assert.match(problems[0] ?? '', /profile\.yaml:2:3: "redact\.keys" holds secrets .*_FILE/)
    assert.doesNotMatch(problems.join(), /hunter2/)
  })

  it('are refused on the command line', () => {
    const flags = [{ flag: '--set', path: 'redact.keys.main', value: 'hunter2' }]
    assert.deepEqual(problemsOf(aConfigInput('', { flags })), [
      '--set: secrets come from the environment only',
    ])
  })
})
