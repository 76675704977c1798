import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import { describe, it } from 'mocha'
import { aConfigInput, problemsOf } from './a-config-input.ts'

const { privateKey } = generateKeyPairSync('ed25519')
const format = { type: 'pkcs8', format: 'pem' } as const
const files = {
  './ca.pem': `${rootCertificates[0]}\n${rootCertificates[1]}\n`,
  './key.pem': privateKey.export(format).toString(),
  './locked.pem': privateKey
    .export({ ...format, cipher: 'aes-256-cbc', passphrase: 'of a test' })
    .toString(),
  './notes.pem': 'not yet here\n',
}
const problems = (profile: string, references = true) =>
  problemsOf(aConfigInput(profile, { references }, files))

describe('certificates and keys that the configuration names', () => {
  it('are taken where they are such', () => {
    assert.deepEqual(problems('triton:\n  caFile: ./ca.pem\n  keyFile: ./key.pem\n'), [])
  })

  it('are looked at only where references are', () => {
    assert.deepEqual(problems('llm:\n  caFile: ./none.pem\n', false), [])
  })

  it('are refused where they cannot be read, or are something else', () => {
    const profile = `llm:
  caFile: ./none.pem
kafka:
  caFile: ./notes.pem
  keyFile: ./ca.pem
triton:
  certFile: ./key.pem
  keyFile: ./locked.pem
`
    assert.deepEqual(problems(profile).toSorted(), [
      './profile.yaml:2:3: llm.caFile: ./none.pem cannot be read (ENOENT)',
      './profile.yaml:4:3: kafka.caFile: ./notes.pem holds no certificate in PEM',
      './profile.yaml:5:3: kafka.keyFile: ./ca.pem holds no key in PEM',
      './profile.yaml:7:3: triton.certFile: ./key.pem holds no certificate in PEM',
      './profile.yaml:8:3: triton.keyFile: ./locked.pem has a passphrase, which cannot be given here; name a key without one',
    ])
  })
})
