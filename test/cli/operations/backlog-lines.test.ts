import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { backlogLines } from '../../../cli/operations/backlog-lines.ts'

const bulk = {
  model: 'embed-hash',
  deadline: 'bulk',
  items: 4_096,
  tokens: 812_345,
  bytes: 1,
} as const

describe('what waits for models, for people', () => {
  it('is a line for each model and class, with the age of the oldest', () => {
    assert.deepEqual(
      backlogLines([
        { ...bulk, deadline: 'interactive', items: 1, tokens: 12, oldestSeconds: 0.04 },
        { ...bulk, oldestSeconds: 190 },
      ]),
      [
        'embed-hash, interactive: 1 waiting (12 tokens), the oldest for 0.0 s',
        'embed-hash, bulk: 4,096 waiting (812,345 tokens), the oldest for 3 min',
      ],
    )
  })

  it('is nothing where nothing waits', () => {
    assert.deepEqual(backlogLines([{ ...bulk, items: 0, tokens: 0, oldestSeconds: null }]), [])
  })
})
