import { appendFile, readFile, truncate } from 'node:fs/promises'
import type { SinkRecord } from '../../topology/model/stage.ts'
import type { Write } from './peer-sink.ts'

interface Position {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

const idOf = ({ topic, partition, offset }: Position): string => `${topic}/${partition}/${offset}`

/** What a crash left of the last line goes. */
const readWholeLines = async (path: string): Promise<readonly string[]> => {
  const bytes = await readFile(path).catch(() => Buffer.alloc(0))
  const end = bytes.lastIndexOf(10) + 1
  if (end < bytes.length) await truncate(path, end)
  return bytes.toString('utf8', 0, end).split('\n').slice(0, -1)
}

/**
 * Appends the lines of a batch to a file, but for the records that are in it already: a process that was killed between a write
 * and its commit is given the batch again. One process at a time writes a file.
 */
export const appendToFile = (
  path: string,
  linesOf: (records: readonly SinkRecord<Uint8Array>[]) => string,
): Write => {
  let written: Promise<Set<string>> | undefined
  const read = async (): Promise<Set<string>> =>
    new Set((await readWholeLines(path)).map((line) => idOf(JSON.parse(line) as Position)))
  return async (records) => {
    written ??= read()
    const known = await written
    const missing = records.filter((record) => !known.has(idOf(record)))
    if (missing.length > 0) await appendFile(path, linesOf(missing))
    for (const record of missing) known.add(idOf(record))
  }
}
