import assert from 'node:assert/strict'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { createObjectPaths } from '../../../drivers/embedded/object-store/object-paths.ts'
import { isObjectName } from '../../../topology/model/object-name.ts'
import { asUri } from '../../../schemas/brands.ts'

describe('the paths of objects', () => {
  const root = join(process.cwd(), 'an archive', 'objects')
  const paths = createObjectPaths(root)
  const segments = fc.string({
    unit: fc.constantFrom(...Array.from('ab9._-=@+~% /\\:éA#?')),
    maxLength: 6,
  })
  const names = fc.array(segments, { minLength: 1, maxLength: 4 }).map((all) => all.join('/'))

  it('are those that the file system and its URIs give, whatever the name, and lead back', () => {
    fc.assert(
      fc.property(names, (name) => {
        if (!isObjectName(name)) return assert.throws(() => paths.pathOf(name), RangeError)
        const path = join(root, ...name.split('/'))
        assert.equal(paths.pathOf(name), path)
        assert.equal(paths.uriOf(name), pathToFileURL(path).href)
        assert.equal(paths.pathOfUri(paths.uriOf(name)), path)
      }),
      { numRuns: 2_000 },
    )
  })

  it('are the same for what lay where the folder was before', () => {
    const before = join(process.cwd(), 'an old archive', 'objects')
    const moved = createObjectPaths(root, [`${pathToFileURL(before).href}/`])
    const old = createObjectPaths(before)
    fc.assert(
      fc.property(names.filter(isObjectName), (name) =>
        assert.equal(moved.pathOfUri(old.uriOf(name)), paths.pathOf(name)),
      ),
      { numRuns: 500 },
    )
    for (const outside of ['../a', 'a/../../b', '%2e%2e/a'])
      assert.throws(
        () => moved.pathOfUri(asUri(`${pathToFileURL(before).href}/${outside}`)),
        RangeError,
      )
  })

  it('do not lead out of the store', () => {
    const { href } = pathToFileURL(root)
    for (const uri of [
      'file:///etc/passwd',
      `${href}/../a`,
      `${href}/a/../../b`,
      `${href}/.`,
      href,
    ])
      assert.throws(() => paths.pathOfUri(asUri(uri)), RangeError)
  })
})
