import { Fault } from '../../topology/model/failure.ts'
import { exitCodes } from '../exit-codes.ts'
import { toJson } from '../output.ts'
import type { WriteLine } from '../write-line.ts'
import { inOrder } from '../try/in-order.ts'
import type { TryItem } from '../try/item.ts'
import { failed, type TryResult } from '../try/try-result.ts'
import type { TryStage } from '../try/try-stage.ts'

type Tried = TryResult<object> | { readonly kind: 'fault'; readonly error: Fault }

/** Runs a stage on every item and writes one JSON line each, in the order of the items. Goes on after failures. */
export const tryCommand = async (
  stage: TryStage,
  items: AsyncIterable<TryItem>,
  write: WriteLine,
): Promise<number> => {
  let code: number = exitCodes.ok
  const results = inOrder(items, stage.width, async ({ echo, input }) => {
    const tried: Tried = input.kind === 'failed' ? input : await attempt(stage, input)
    return { echo, tried }
  })
  for await (const { echo, tried } of results) {
    if (tried.kind === 'fault') throw tried.error
    if (tried.kind === 'failed') code = exitCodes.incomplete
    const line = tried.kind === 'made' ? tried.value : { error: tried.failure }
    await write(toJson({ ...echo, ...line }))
  }
  return code
}

/** A fault of what the stage needs ends the command; a bug is the matter of its item, as in the pipeline. */
const attempt = async (stage: TryStage, input: Parameters<TryStage['run']>[0]): Promise<Tried> => {
  try {
    return await stage.run(input)
  } catch (error) {
    if (error instanceof Fault) return { kind: 'fault', error }
    const name = error instanceof Error ? error.name : 'a value that is no error'
    return failed('bug', `the stage threw ${name}`)
  }
}
