import type { Telemetry } from '../../topology/ports/telemetry.ts'

/**
 * Passes on the first dead letter of every stage and code, and all other events. A job over an archive may have thousands
 * that are alike: the report counts them, `dlq ls` lists them.
 */
export const oncePerCause = (next: Telemetry): Telemetry => {
  const told = new Set<string>()
  return {
    emit: (event) => {
      if (event.kind === 'dead-letter') {
        const cause = `${event.subTopology} ${event.stage} ${event.code}`
        if (told.has(cause)) return
        told.add(cause)
      }
      next.emit(event)
    },
  }
}
