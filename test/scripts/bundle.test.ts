import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, it } from 'mocha'
import { inScratch, repository } from './repository.ts'

const folder = join(repository, 'dist', 'bin')
const files = readdirSync(folder).filter((name) => name.endsWith('.js'))

describe('the program in few files', () => {
  it('says its version', () => {
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
      readonly version: string
    }
    inScratch((scratch) => {
      const env = { ...process.env, XDG_CACHE_HOME: scratch }
      const program = join(folder, 'archive-streams.js')
      const said = execFileSync(process.execPath, [program, '--version'], { env, encoding: 'utf8' })
      assert.equal(said.trim(), version)
    })
  })

  it('names modules by the places where they lie', () => {
    const places = files.flatMap((name) =>
      [
        ...readFileSync(join(folder, name), 'utf8').matchAll(
          /new URL\("([^"]+)", import\.meta\.url\)\.href/g,
        ),
      ].map(([, place]) => new URL(place!, pathToFileURL(join(folder, name)))),
    )
    assert.ok(places.length > 10, 'some were found')
    assert.deepEqual(
      places.filter((place) => !existsSync(place)),
      [],
    )
  })

  it('holds the modules of its commands, and none of their packages', () => {
    const maps = files.map(
      (name) =>
        JSON.parse(readFileSync(join(folder, `${name}.map`), 'utf8')) as {
          readonly sources: readonly string[]
        },
    )
    const sources = maps.flatMap((map) => map.sources)
    assert.ok(sources.includes('../../cli/program.ts'), 'the source is named, for stack traces')
    assert.deepEqual(
      sources.filter((source) => source.includes('node_modules')),
      [],
    )
  })
})
