import { exitCodes } from '../exit-codes.ts'

/**
 * First Ctrl-C or SIGTERM: `ask` is called, once. Second: the process ends at once, as after a crash; what was in flight
 * comes again with the next start.
 */
export const onInterrupt = (ask: () => void): void => {
  let asked = false
  const listen = (): void => {
    if (asked) process.exit(exitCodes.interrupted)
    asked = true
    ask()
  }
  process.on('SIGINT', listen)
  process.on('SIGTERM', listen)
}
