import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative, sep } from 'node:path'
import { before, describe, it } from 'mocha'
import { createParser, type Parse } from '../../processors/parse/parse.ts'
import { ENTITY_TYPES } from '../../processors/redact/entity-types.ts'
import { readPolicy, type Policy } from '../../processors/redact/policy.ts'
import { redactDocument } from '../../processors/redact/redact-document.ts'
import { repository, runScript } from './repository.ts'

interface Canary {
  readonly type: string
  readonly value: string
  readonly policy: string
  /** Paths below examples/archive. */
  readonly files: readonly string[]
}

const folder = join(repository, 'examples', 'archive')
const canaries = JSON.parse(
  readFileSync(join(repository, 'examples', 'archive.canaries.json'), 'utf8'),
) as readonly Canary[]

const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))

/** Their members are documents, not they themselves; nothing in them is packed, so values can be seen in the bytes. */
const isContainer = (path: string): boolean =>
  /\.(?:zip|mbox|csv|jsonl)$/.test(path) || /(?:users|channels)\.json$/.test(path)

const policyNamed = (name: string): Policy => {
  const path = join(repository, 'config', 'policies', `${name}.json`)
  const reading = readPolicy(JSON.parse(readFileSync(path, 'utf8')))
  assert.ok(reading.ok)
  return reading.policy
}

/** The built-in policies use no key. */
const secrets = { keys: new Map<string, Uint8Array>(), tenantId: 'default' }

/** Line breaks may fall inside of a value. */
const flat = (text: string): string => text.replace(/\s+/g, ' ')

describe('the example archive', () => {
  it('is what its generator writes, byte for byte', () => {
    const { status, stderr } = runScript('generate-example-archive.mjs', '--check')
    assert.equal(status, 0, stderr)
  })

  it('has at least 40 files, and personal data of every type that a recogniser finds by itself', () => {
    assert.ok(files.length >= 40)
    // Lists and fields only: no text holds them.
    const without = new Set(['ORGANIZATION', 'LOCATION', 'THREAD_ID', 'CUSTOM'])
    const types = new Set(canaries.map(({ type }) => type))
    assert.deepEqual(
      ENTITY_TYPES.filter((type) => !types.has(type) && !without.has(type)),
      [],
    )
  })

  it('has every planted value in the bytes of its containers', () => {
    // Names that are not ASCII are encoded words there.
    for (const { value, files: paths } of canaries.filter((each) => /^[ -~]*$/.test(each.value)))
      for (const path of paths.filter((each) => isContainer(each)))
        assert.ok(readFileSync(join(folder, path)).includes(value), `${path} lacks a planted value`)
  })

  describe('parsed and redacted', () => {
    let parse: Parse

    before(async () => {
      parse = await createParser()
    })

    for (const path of files.filter((each) => !isContainer(each) && !each.startsWith('broken/')))
      it(`${path} holds what was planted before, and nothing of it after`, async () => {
        const content = readFileSync(join(folder, path))
        const outcome = await parse({ content, name: basename(path) })
        assert.ok(outcome.kind === 'parsed')
        const here = canaries.filter((canary) => canary.files.includes(path))
        const original = flat(JSON.stringify(outcome.document).replaceAll('\\n', ' '))
        for (const { type, value } of here)
          assert.ok(original.includes(value), `no ${type} is there`)
        for (const name of new Set(here.map(({ policy }) => policy))) {
          const redaction = redactDocument(outcome.document, policyNamed(name), secrets)
          assert.ok(redaction.kind === 'redacted')
          const left = flat(JSON.stringify(redaction.document).replaceAll('\\n', ' '))
          for (const { type, value } of here.filter(({ policy }) => policy === name))
            assert.ok(!left.includes(value), `a ${type} is left`)
        }
      })

    for (const path of files.filter((each) => each.startsWith('broken/') && !isContainer(each)))
      it(`${path} is refused with a code or read as far as it goes`, async () => {
        const content = readFileSync(join(folder, path))
        const outcome = await parse({ content, name: basename(path) })
        if (path === 'broken/unfinished-multipart.eml') assert.equal(outcome.kind, 'parsed')
        else assert.equal(outcome.kind, 'unreadable')
      })
  })
})
