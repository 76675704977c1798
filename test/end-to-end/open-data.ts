import { loadOrFail } from '../../cli/load-config.ts'
import { openView } from '../../cli/open-view.ts'
import type { ArchiveView } from '../../cli/read/archive-view.ts'
import { readTopic, type TopicRecord } from '../../cli/read/read-topic.ts'
import type { Topic } from '../../topology/model/topic.ts'

/** Opens a data folder that no process has to have left in order. */
export const openData = (dataDir: string): Promise<ArchiveView> =>
  openView(loadOrFail('embedded', [{ flag: '--data-dir', path: 'dataDir', value: dataDir }]))

/** All records of a topic that can be decoded. */
export const recordsOf = async <V>(
  view: ArchiveView,
  name: string,
): Promise<readonly TopicRecord<V>[]> => {
  const { topics, deadLetters, ledger } = view.topology
  const topic = [...topics, deadLetters, ledger].find((each) => each.name === name)
  if (!topic) throw new Error(`no topic ${name}`)
  const records: TopicRecord<V>[] = []
  const all = readTopic(view.log, view.registry, topic as unknown as Topic<V>)
  for await (const record of all) records.push(record)
  return records
}
