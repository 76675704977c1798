import { watchInbox, type WatchedInbox } from '../../drivers/embedded/inbox/take-inbox.ts'
import type { Composition } from '../compose.ts'

/** Takes what `publish` hands in while a job works on the data folder. Topics must be there. */
export const takeHanded = (
  { env, dataDir }: Composition,
  note: (text: string) => void,
): WatchedInbox =>
  watchInbox({
    dataDir,
    log: env.log,
    clock: env.ports.clock,
    onRefused: (name) => note(`${name} in the inbox is of another version: it stays there`),
    onError: (error) =>
      note(`the inbox cannot be read: ${error instanceof Error ? error.message : 'unknown'}`),
  })
