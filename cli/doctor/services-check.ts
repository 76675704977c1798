import type { Config } from '../../config/schema.ts'
import { describeStep, isMendable, planServices } from '../commands/topics.ts'
import { counted } from '../output.ts'
import { ok, wrong, type Check } from './check.ts'

/** Whether Kafka and the registry can be reached, and have what the topology needs. */
export const servicesCheck = (config: Config): Check => ({
  name: 'topics',
  look: async () => {
    const plan = await planServices(config)
    await plan.close()
    const { steps } = plan
    if (steps.length === 0) return ok('topics and schemas are as the topology needs them')
    const said = steps.map((step) => describeStep(step).replace(/ +/g, ' ')).join('; ')
    const advice = steps.every(isMendable)
      ? `run "archive-streams topics apply" (${counted(steps.length, 'step')})`
      : 'use the partitions that are there, or another kafka.prefix or registry.prefix'
    return wrong(said, advice)
  },
})
