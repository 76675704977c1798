import type { TritonOptions } from '../../../drivers/triton/options.ts'
import { createTritonModelServer } from '../../../drivers/triton/triton-model-server.ts'
import { systemRandom } from '../../../drivers/system/system-random.ts'
import type { ModelServer } from '../../../topology/ports/model-server.ts'
import { createAwakeClock } from '../../builders/awake-clock.ts'

/** The driver for one or several servers, its limits used up by no stop of the machine. */
export const openTriton = (
  endpoints: string | readonly string[],
  options: Partial<TritonOptions> = {},
): ModelServer =>
  createTritonModelServer(
    { endpoints: [endpoints].flat(), ...options },
    { clock: createAwakeClock(), random: systemRandom },
  )
