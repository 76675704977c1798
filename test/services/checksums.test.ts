import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { verifyChecksums } from './checksums.ts'

/** SHA-256 of the two letters `ok`. */
const sumOfOk = '2689367b205c16ce32ed4200942b8b8b1e262dfc70d9bc9fbc77c49699a4f1df'

describe('checksums of downloads', () => {
  let root: string
  let pins: string
  const file = (name: string, text: string): void => {
    writeFileSync(join(root, 'files', name), text)
  }
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'archive-streams-checksums-'))
    mkdirSync(join(root, 'files'))
    pins = join(root, 'pins.sha256')
    writeFileSync(pins, `${sumOfOk}  a.jar\n`)
  })
  afterEach(() => rmSync(root, { recursive: true }))
  const verify = (): Promise<void> => verifyChecksums(join(root, 'files'), pins)

  it('accept exactly the pinned files', async () => {
    file('a.jar', 'ok')
    await verify()
  })

  it('refuse other bytes', async () => {
    file('a.jar', 'no')
    await assert.rejects(verify(), /a\.jar has other bytes/)
  })

  it('refuse a file that is missing and one that is not pinned, and name both', async () => {
    file('b.jar', 'ok')
    await assert.rejects(verify(), /b\.jar is not pinned; a\.jar is missing/)
  })
})
