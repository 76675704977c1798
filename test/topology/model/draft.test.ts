import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import {
  askingPassingErasures,
  erasure,
  isErasure,
  purePassingErasures,
} from '../../../topology/model/draft.ts'
import { forward } from '../../../topology/model/outcome.ts'
import type { AskingStage, PureStage } from '../../../topology/model/stage.ts'
import { aDocumentEvent } from '../../builders/a-document-event.ts'
import { aStageContext } from '../../builders/test-ports.ts'

interface Sized {
  readonly size: number
}

const base = { version: 3, order: 'key', doc: 'doubles' } as const
const pure: PureStage<Sized, Sized> = {
  ...base,
  kind: 'pure',
  name: 'double',
  deadlineMs: 5,
  create: () => (value) => forward({ size: value.size * 2 }),
}
const asking: AskingStage<Sized, Sized> = {
  ...base,
  kind: 'asking',
  name: 'double',
  concurrency: 2,
  timeoutMs: 5,
  run: async (value) => forward({ size: value.size * 2 }),
}

describe('erasures', () => {
  const context = aStageContext({})
  const erased = erasure(aDocumentEvent({ operation: 'ERASE' }))

  it('pass a pure stage untouched, which does its work on everything else', async () => {
    const run = await purePassingErasures(pure).create()
    assert.deepEqual(await run(erased, context), forward(erased))
    assert.deepEqual(await run({ size: 2 }, context), forward({ size: 4 }))
  })

  it('pass an asking stage untouched, which does its work on everything else', async () => {
    const { run } = askingPassingErasures(asking)
    assert.deepEqual(await run(erased, context), forward(erased))
    assert.deepEqual(await run({ size: 2 }, context), forward({ size: 4 }))
  })

  it('leave the stage its name, version, order and limits', () => {
    const { create: _create, ...rest } = pure
    const { create: _other, ...wrapped } = purePassingErasures(pure)
    assert.deepEqual(wrapped, rest)
  })

  it('are told from documents', () => {
    assert.equal(isErasure(erased), true)
    assert.equal(isErasure(aDocumentEvent({ operation: 'ERASE' })), false)
  })
})
