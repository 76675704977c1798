import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { aConfigInput, loaded, problemsOf } from './a-config-input.ts'

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
