import { fileURLToPath } from 'node:url'

const root = new URL(import.meta.url.endsWith('.ts') ? '../../' : '../../../', import.meta.url)

/** The folder that ops deploy: `models/`, and beside it what only tests load. */
export const deployedModels = fileURLToPath(new URL('deploy/triton', root))

/** Where the weights lie that models read. */
export const modelCards = fileURLToPath(new URL('gpu-runners/models', root))

/** What a test server loads. */
export const loadedModels = [
  'classify-compliance',
  'classify-sentiment',
  'classify-spam',
  'classify-toxicity',
  'embed-hash',
  'fault',
  'identity',
  'recognise-lexicon',
  'summarise-coverage',
] as const
