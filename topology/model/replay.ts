import type { Headers } from './record.ts'

/**
 * A dead letter that is tried again comes back to the topic it was read from with this header: the sub-topology it is
 * meant for and how often it came back. The others that read the topic have done it, so they pass it over.
 */
export const replayHeader = 'archive-streams-replay'

export interface Replay {
  readonly subTopology: string
  /** From 1. */
  readonly count: number
}

export const encodeReplay = ({ subTopology, count }: Replay): Uint8Array =>
  Buffer.from(`${count} ${subTopology}`)

/** Undefined for records that come for the first time, and for headers of somebody else. */
export const replayOf = (headers: Headers): Replay | undefined => {
  const bytes = headers[replayHeader]
  if (bytes === undefined) return undefined
  const [, count, subTopology] = /^(\d{1,9}) (.+)$/.exec(Buffer.from(bytes).toString()) ?? []
  return count && subTopology ? { subTopology, count: Number(count) } : undefined
}

/** True for records that came back for another sub-topology. */
export const isReplayForAnother = (headers: Headers, subTopology: string): boolean => {
  const replay = replayOf(headers)
  return replay !== undefined && replay.subTopology !== subTopology
}

/** What results carry on: for those who read them they are new. */
export const withoutReplay = (headers: Headers): Headers => {
  if (headers[replayHeader] === undefined) return headers
  const { [replayHeader]: _, ...rest } = headers
  return rest
}
