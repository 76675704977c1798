import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { Fault } from '../../../topology/model/failure.ts'
import { openTriton } from '../../drivers/triton/open-triton.ts'
import { startScriptedTriton } from '../../drivers/triton/scripted-triton.ts'
import type { ScriptedTriton } from '../../drivers/triton/scripted-triton.ts'
import { makeCertificate, passphrase } from '../../services/certificate.ts'

// Among the integration tests, as Java's tool makes the certificate. Triton itself has no TLS: something before it does.
describe('the Triton driver over TLS', () => {
  let folder: string
  let ca: string
  let scripted: ScriptedTriton
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'archive-streams-triton-tls-'))
    const file = join(folder, 'server.p12')
    ca = await makeCertificate(file)
    scripted = await startScriptedTriton({ pfx: await readFile(file), passphrase })
  })
  after(async () => {
    await scripted.close()
    await rm(folder, { recursive: true, force: true })
  })

  const infer = async (url: string, tls: { readonly ca?: string }) => {
    const server = openTriton(url, { tls })
    try {
      return await server.infer({ model: 'embed-hash', version: '1', inputs: [{ text: 'a' }] })
    } finally {
      await server.close()
    }
  }
  const isDown = (about: RegExp) => (error: unknown) =>
    error instanceof Fault && error.kind === 'dependency-down' && about.test(error.message)

  it('asks where the authority is trusted', async () => {
    assert.equal((await infer(scripted.url, { ca })).kind, 'vectors')
  })

  it('says that the certificate is not trusted, and sends nothing', async () => {
    scripted.seen.length = 0
    await assert.rejects(infer(scripted.url, {}), isDown(/not trusted.*triton\.caFile/))
    assert.equal(scripted.seen.length, 0)
  })

  it('says that the other side does not speak TLS, or expects it', async () => {
    const plain = await startScriptedTriton()
    await assert.rejects(infer(plain.url.replace('http:', 'https:'), { ca }), isDown(/TLS/))
    await assert.rejects(infer(scripted.url.replace('https:', 'http:'), {}), Fault)
    await plain.close()
  })
})
