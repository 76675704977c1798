import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { aConfigInput, loaded, problemsOf } from './a-config-input.ts'

describe('options that belong together', () => {
  it('says what a section lacks beside another that is wrong', () => {
    const profile = 'drivers:\n  summaries: llm\nllm:\n  url: http://a:1/v1\npartitions: 0\n'
    assert.deepEqual(problemsOf(aConfigInput(profile)), [
      './profile.yaml:5:1: partitions: Too small: expected number to be >=1',
      'default: llm.model: is needed where drivers.summaries is llm',
    ])
  })

  it('checks options against each other', () => {
    const [problem] = problemsOf(aConfigInput('chunk:\n  overlap: 400\n'))
    assert.match(
      problem ?? '',
      /^\.\/profile\.yaml:2:3: chunk\.overlap: overlap must be under half/,
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
})
