import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { numbersTensor } from '../../../drivers/triton/tensor.ts'
import type { Tensor } from '../../../drivers/triton/tensor.ts'
import { createLexicon } from '../../gpu-runners/recognise/lexicon.ts'
import { repository } from '../../scripts/repository.ts'
import type { ScriptedModel } from './scripted-inference.ts'

export const LEXICON_MODEL = 'recognise-lexicon'

/** The card of the model of deploy/triton/test-models, as `models.recognise` names it. */
export const lexiconCard = join(repository, 'deploy/triton/test-models', LEXICON_MODEL, 'card.yaml')

const lexicon = createLexicon()

/** The model as a server has it. */
export const scriptedLexicon = (labels: readonly string[] = lexicon.labels): ScriptedModel => ({
  versions: ['1'],
  metadata: {
    inputs: [
      { name: 'input_ids', datatype: 'INT32', shape: [-1, -1] },
      { name: 'lengths', datatype: 'INT32', shape: [-1, 1] },
    ],
    outputs: [{ name: 'logits', datatype: 'FP32', shape: [-1, -1, labels.length] }],
  },
  config: {
    max_batch_size: 64,
    parameters: {
      task: { string_value: 'recognise' },
      labels: { string_value: labels.join(' ') },
    },
  },
})

/** What the model answers, as tensors. */
export const lexiconOutputs = (inputs: readonly Tensor[]): readonly Tensor[] => {
  const { shape, bytes } = inputs.find(({ name }) => name === 'input_ids')!
  const [rows = 0, width = 0] = shape
  const ids = new Int32Array(new Uint8Array(bytes).buffer)
  const scores = Array.from({ length: rows }, (_, row) =>
    lexicon.logits(ids.subarray(row * width, (row + 1) * width)),
  )
  const values = new Float32Array(rows * width * lexicon.labels.length)
  scores.forEach((each, row) => values.set(each, row * width * lexicon.labels.length))
  return [numbersTensor('logits', 'FP32', [rows, width, lexicon.labels.length], values)]
}

/** The names that the model knows, for tests of what is written elsewhere. */
export const lexiconNames = (): readonly string[] =>
  readFileSync(join(lexiconCard, '../1/names.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.slice(4))
