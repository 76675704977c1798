import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'mocha'

/** A new folder for every test of the suite, removed after it. */
export const temporaryFolder = (): (() => string) => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'archive-streams-cli-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  return () => folder
}
