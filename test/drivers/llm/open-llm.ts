import { createLlmModelServer } from '../../../drivers/llm/llm-model-server.ts'
import type { LlmOptions } from '../../../drivers/llm/options.ts'
import type { Clock } from '../../../topology/ports/clock.ts'
import type { ModelServer } from '../../../topology/ports/model-server.ts'
import { createAwakeClock } from '../../builders/awake-clock.ts'

/** The driver for the model of the scripted server, its limits used up by no stop of the machine. */
export const openLlm = (
  url: string,
  options: Partial<LlmOptions> = {},
  clock: Clock = createAwakeClock(),
): ModelServer =>
  createLlmModelServer({ url, name: 'summarise-llm', model: 'tiny-chat', ...options }, { clock })
