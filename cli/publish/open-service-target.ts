import type { Config } from '../../config/schema.ts'
import { createTopics } from '../../topology/topics.ts'
import { openKafka } from '../open-log.ts'
import type { PublishTarget } from './open-target.ts'

/** A log that is a service: anybody may publish to it, whoever works on the data folder. */
export const openServiceTarget = async (config: Config): Promise<PublishTarget> => {
  const log = await openKafka(config)
  try {
    const { topics, deadLetters, ledger } = createTopics(config.partitions)
    await log.ensureTopics([...Object.values(topics), deadLetters, ledger])
  } catch (error) {
    await log.close()
    throw error
  }
  return {
    produce: log.produce,
    settled: async () => undefined,
    read: (look) => look(log),
    owner: () => undefined,
    close: log.close,
  }
}
