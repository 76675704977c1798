import { createLlmModelServer } from '../../../drivers/llm/llm-model-server.ts'
import type { LlmOptions } from '../../../drivers/llm/options.ts'
import { systemClock } from '../../../drivers/system/system-clock.ts'
import type { Clock } from '../../../topology/ports/clock.ts'
import type { ModelServer } from '../../../topology/ports/model-server.ts'

/** The driver for the model of the scripted server. */
export const openLlm = (
  url: string,
  options: Partial<LlmOptions> = {},
  clock: Clock = systemClock,
): ModelServer =>
  createLlmModelServer({ url, name: 'summarise-llm', model: 'tiny-chat', ...options }, { clock })
