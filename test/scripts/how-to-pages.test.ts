import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { repository } from './repository.ts'

const read = (path: string): string => readFileSync(join(repository, path), 'utf8')

describe('The page on testing a stage', () => {
  it('shows the test that is run, as it is', () => {
    const [, shown] = /```ts\n(.*?)```/s.exec(read('docs/how-to/test-a-stage.md')) ?? []
    assert.equal(shown, read('test/how-to/test-a-stage.test.ts'))
  })
})
