import type { Config } from '../../config/schema.ts'
import type { TopicStep } from '../../drivers/kafka/topics.ts'
import type { SubjectStep } from '../../drivers/registry/subjects.ts'
import { systemClock } from '../../drivers/system/system-clock.ts'
import { createPipeline } from '../../topology/pipeline.ts'
import { exitCodes } from '../exit-codes.ts'
import { counted } from '../output.ts'
import { pipelineOptionsOf } from '../pipeline-options.ts'
import {
  kafkaConnectionOf,
  registryConnectionOf,
  topicsOf,
  wantedTopicsOf,
} from '../service-options.ts'
import type { CommandContext } from './context.ts'

type Step = TopicStep | SubjectStep

/** What separates the services from what the topology needs, and how to mend it. */
export interface ServicePlan {
  readonly steps: readonly Step[]
  readonly apply: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Topics where the log is Kafka, schemas where the registry is a service. Changes nothing before `apply`. */
export const planServices = async (config: Config): Promise<ServicePlan> => {
  const topology = createPipeline(pipelineOptionsOf(config))
  const topics = config.drivers.log === 'kafka' ? await openTopics(config) : undefined
  const close = async (): Promise<void> => topics?.close()
  try {
    const subjects =
      config.drivers.registry === 'confluent' ? await openSubjects(config) : undefined
    const topicSteps = (await topics?.plan(wantedTopicsOf(config, topology))) ?? []
    const codecs = new Map(topicsOf(topology).map(({ codec }) => [codec.subject, codec]))
    const subjectSteps = (await subjects?.plan([...codecs.values()])) ?? []
    return {
      steps: [...topicSteps, ...subjectSteps],
      apply: async () => {
        await topics?.apply(topicSteps)
        await subjects?.apply(subjectSteps)
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Clients are loaded only where they are used. */
const openTopics = async (config: Config) => {
  const { openTopicTool } = await import('../../drivers/kafka/open-topic-tool.ts')
  return openTopicTool(kafkaConnectionOf(config), systemClock)
}

const openSubjects = async (config: Config) => {
  const { createSubjectTool } = await import('../../drivers/registry/subjects.ts')
  return createSubjectTool(registryConnectionOf(config))
}

/** One line about a step. */
export const describeStep = (step: Step): string => {
  switch (step.kind) {
    case 'create': {
      const { name, partitions, config } = step.topic
      const settings = Object.entries(config).map(([key, value]) => `${key}=${value}`)
      return `create     ${name}: ${[counted(partitions, 'partition'), ...settings].join(', ')}`
    }
    case 'configure': {
      const changes = step.changes.map(({ name, from, to }) => `${name} ${from} to ${to}`)
      return `configure  ${step.topic.name}: ${changes.join(', ')}`
    }
    case 'register':
      return `register   ${step.subject}: the schema of this version`
    case 'wrong-partitions':
      return `WRONG      ${step.topic.name}: ${step.count} partitions, not ${step.topic.partitions}; keys would move`
    case 'incompatible':
      return `WRONG      ${step.subject}: ${step.message}`
  }
}

/** Whether a step can be done without anybody thinking about it. */
export const isMendable = ({ kind }: Step): boolean =>
  kind !== 'wrong-partitions' && kind !== 'incompatible'

/** Says what is to be done, and with `apply` does it. Nothing is done when something cannot be. */
export const topicsCommand = async (
  { config, output }: CommandContext,
  apply: boolean,
): Promise<number> => {
  const plan = await planServices(config)
  try {
    const { steps } = plan
    const wrong = steps.filter((step) => !isMendable(step))
    for (const step of steps) output.line(describeStep(step))
    const done = apply && wrong.length === 0 && steps.length > 0
    if (done) await plan.apply()
    output.value({ steps, applied: done })
    output.line(conclusion(steps.length, wrong.length, done))
    return steps.length === 0 || done ? exitCodes.ok : exitCodes.failed
  } finally {
    await plan.close()
  }
}

const conclusion = (steps: number, wrong: number, done: boolean): string => {
  if (steps === 0) return 'topics and schemas are as the topology needs them'
  if (wrong > 0)
    return `${counted(wrong, 'thing')} cannot be mended here: use the partitions that are there, or another kafka.prefix or registry.prefix`
  return done ? `${counted(steps, 'step')} done` : `${counted(steps, 'step')} to do: "topics apply"`
}
