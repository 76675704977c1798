import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, it } from 'mocha'
import { repository } from './repository.ts'

const pagesIn = (folder: string, recursive: boolean): readonly string[] =>
  readdirSync(join(repository, folder), { recursive, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => join(entry.parentPath, entry.name))

const pages = [...pagesIn('.', false), ...pagesIn('docs', true), ...pagesIn('examples', false)]

/** Targets of links to files, without the part after `#`. */
const targetsOf = (text: string): readonly string[] =>
  [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !/^(?:[a-z]+:|#)/.test(target))
    .map((target) => target.replace(/#.*$/, ''))

describe('the pages', () => {
  for (const page of pages)
    it(`${relative(repository, page)} links to files that are there`, () => {
      const targets = targetsOf(readFileSync(page, 'utf8'))
      assert.deepEqual(
        targets.filter((target) => !existsSync(join(dirname(page), target))),
        [],
      )
    })
})
