import type { Config } from '../../config/schema.ts'
import type { ModelServer } from '../../topology/ports/model-server.ts'
import { openModels } from '../open-models.ts'
import { openDocumentNames, type DocumentNames } from '../redact/document-names.ts'
import { createTryClassify, createTryEmbed } from './model-stages.ts'
import { createTrySummarise } from './summarise-stage.ts'
import {
  createTryChunk,
  createTryParse,
  createTryRecognise,
  createTryRedact,
  createTryTokenise,
} from './text-stages.ts'
import type { TryStage } from './try-stage.ts'

/** Stages in the order of the pipeline. */
export const tryStageNames = [
  'parse',
  'recognise',
  'redact',
  'tokenise',
  'chunk',
  'embed',
  'classify',
  'summarise',
] as const
export type TryStageName = (typeof tryStageNames)[number]

/** What configuration does not say. */
export interface TryOptions {
  /** The most tokens of a summary; what the model card says when absent. */
  readonly maxSummaryTokens?: number
}

export interface OpenTryStage extends TryStage {
  readonly close: () => Promise<void>
}

/** The stage as the pipeline would make it from this configuration: the same code, without log and stores around it. */
export const openTryStage = async (
  name: TryStageName,
  config: Config,
  options: TryOptions = {},
): Promise<OpenTryStage> => {
  const withModels = async (create: (models: ModelServer) => TryStage): Promise<OpenTryStage> => {
    const models = await openModels(config)
    return { ...create(models), close: () => models.close() }
  }
  const withNames = async (create: (names: DocumentNames) => TryStage): Promise<OpenTryStage> => {
    const names = await openDocumentNames(config)
    return { ...create(names), close: () => names.close() }
  }
  const alone = (stage: TryStage): OpenTryStage => ({ ...stage, close: () => Promise.resolve() })
  switch (name) {
    case 'parse':
      return alone(await createTryParse(config))
    case 'recognise':
      return withNames((names) => createTryRecognise(config, names))
    case 'redact':
      return withNames((names) => createTryRedact(config, names))
    case 'tokenise':
      return alone(createTryTokenise(config))
    case 'chunk':
      return alone(createTryChunk(config))
    case 'embed':
      return withModels((models) => createTryEmbed(config, models))
    case 'classify':
      return withModels((models) => createTryClassify(config, models))
    case 'summarise':
      return withModels((models) => createTrySummarise(config, models, options.maxSummaryTokens))
  }
}
