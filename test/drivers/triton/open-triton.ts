import type { TritonOptions } from '../../../drivers/triton/options.ts'
import { createTritonModelServer } from '../../../drivers/triton/triton-model-server.ts'
import { systemClock } from '../../../drivers/system/system-clock.ts'
import { systemRandom } from '../../../drivers/system/system-random.ts'
import type { ModelServer } from '../../../topology/ports/model-server.ts'

/** The driver on the clock of the machine, for one or several servers. */
export const openTriton = (
  endpoints: string | readonly string[],
  options: Partial<TritonOptions> = {},
): ModelServer =>
  createTritonModelServer(
    { endpoints: [endpoints].flat(), ...options },
    { clock: systemClock, random: systemRandom },
  )
