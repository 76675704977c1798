import { summariseChunks } from '../../../gpu-runners/prompts/summarise-chunks.ts'
import type { ModelInput } from '../../../topology/ports/model-server.ts'

/** What is asked about a document of one chunk. */
export const chatOf = (text: string): ModelInput => ({
  chat: summariseChunks.render(
    { chunks: [{ id: 'c0', text }], part: 1, parts: 1 },
    { maxTokens: 400 },
  ),
})
