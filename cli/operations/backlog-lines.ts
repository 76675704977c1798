import { duration } from '../duration.ts'
import type { BacklogStatus } from './process-status.ts'

/** For people: what waits for a model, where something does. */
export const backlogLines = (backlog: readonly BacklogStatus[]): readonly string[] =>
  backlog
    .filter(({ items }) => items > 0)
    .map(({ model, deadline, items, tokens, oldestSeconds }) => {
      const [count, length] = [items, tokens].map((each) => each.toLocaleString('en-US'))
      return `${model}, ${deadline}: ${count} waiting (${length} tokens), the oldest for ${duration(oldestSeconds)}`
    })
