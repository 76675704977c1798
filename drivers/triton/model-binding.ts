import { z } from 'zod'
import type { ModelInfo } from '../../topology/ports/model-server.ts'
import { isDataType } from './tensor.ts'
import type { DataType } from './tensor.ts'

const tensor = z.object({
  name: z.string(),
  datatype: z.custom<DataType>(isDataType),
  shape: z.array(z.int()),
})

/** `GET /v2/models/M/versions/V` */
export const modelMetadata = z.object({
  name: z.string(),
  versions: z.array(z.string()).default([]),
  inputs: z.array(tensor),
  outputs: z.array(tensor),
})

/** `GET …/config`, as far as it matters here. */
export const modelConfig = z.object({
  max_batch_size: z.int().default(0),
  parameters: z.record(z.string(), z.object({ string_value: z.string().default('') })).default({}),
})

export type ModelMetadata = z.output<typeof modelMetadata>
export type ModelConfig = z.output<typeof modelConfig>

/** How a model of a server is asked, as its metadata and configuration tell. */
export interface ModelBinding {
  readonly info: ModelInfo
  /** Inputs that it has, with their types. */
  readonly inputs: ReadonlyMap<string, DataType>
  /** Outputs to ask for. */
  readonly outputs: readonly string[]
}

/** What each task answers with. */
const OUTPUTS = {
  embed: ['embedding'],
  classify: ['scores'],
  summarise: ['summary', 'tokens_in', 'tokens_out', 'truncated'],
  recognise: ['logits'],
} as const satisfies Readonly<Record<ModelInfo['task'], readonly string[]>>

const isTask = (name: string | undefined): name is ModelInfo['task'] =>
  name !== undefined && Object.hasOwn(OUTPUTS, name)

/** Undefined when the model is none that is asked here: its task is not said, or its tensors are others. */
export const bindModel = (
  version: string,
  { name, inputs, outputs }: ModelMetadata,
  { max_batch_size: maxBatchItems, parameters }: ModelConfig,
): ModelBinding | undefined => {
  const task = parameters['task']?.string_value
  const given = new Map(inputs.map((each) => [each.name, each.datatype]))
  const input = given.has('text') ? 'text' : given.has('input_ids') ? 'ids' : undefined
  if (!isTask(task) || !input) return undefined
  const answered = new Map(outputs.map((each) => [each.name, each.shape]))
  if (OUTPUTS[task].some((each) => !answered.has(each))) return undefined
  const info = { name, version, task, input, maxBatchItems } as const
  const [first] = OUTPUTS[task]
  return {
    info: { ...info, ...shapeOf(task, parameters, answered.get(first)?.at(-1)) },
    inputs: given,
    outputs: OUTPUTS[task],
  }
}

/** The width of a tensor may be open: then the configuration has to say what it is. */
const shapeOf = (
  task: ModelInfo['task'],
  parameters: ModelConfig['parameters'],
  width: number | undefined,
): Pick<ModelInfo, 'dimensions' | 'labels' | 'scoresPerToken'> => {
  if (task === 'embed') {
    const said = Number(parameters['dimensions']?.string_value)
    const dimensions = width !== undefined && width > 0 ? width : said
    return Number.isInteger(dimensions) ? { dimensions } : {}
  }
  const labels = parameters['labels']?.string_value.split(' ').filter((each) => each !== '')
  const scores = task === 'recognise' && width !== undefined && width > 0
  return {
    ...((task === 'classify' || task === 'recognise') && labels && { labels }),
    ...(scores && { scoresPerToken: width }),
  }
}
