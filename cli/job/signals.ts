/** What asks a process to leave. A terminal that is closed sends SIGHUP, and often twice. */
const asking = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The first signal since {@link holdSignals} that nobody was there to hear. */
let held: NodeJS.Signals | undefined

/** Ends by that signal at once. SIGHUP says a second time what was already heard. */
const hurry = (signal: NodeJS.Signals): void => {
  if (signal === 'SIGHUP') return
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
}

const hold = (signal: NodeJS.Signals): void => {
  if (held !== undefined) hurry(signal)
  held ??= signal
}

/**
 * Keeps the first signal for {@link onInterrupt}, while the program loads and opens what it works on. For commands that call
 * that: any other one could not be stopped.
 */
export const holdSignals = (): void => {
  for (const signal of asking) process.on(signal, hold)
}

/**
 * First Ctrl-C, SIGTERM or SIGHUP, also one that was held: `ask` is called, once. Answers whether it was. Second Ctrl-C or SIGTERM: the process ends by
 * that signal at once, which a shell reports as 130 or 143; what was in flight comes again with the next start. Ending by the
 * signal and not by `process.exit` is deliberate: exit takes native threads down in the middle of their work, and has crashed
 * there.
 */
export const onInterrupt = (ask: () => void): (() => boolean) => {
  const first = held
  held = undefined
  let asked = false
  const listen = (signal: NodeJS.Signals): void => {
    if (asked) return hurry(signal)
    asked = true
    ask()
  }
  for (const signal of asking) {
    process.on(signal, listen)
    process.off(signal, hold)
  }
  if (first !== undefined) listen(first)
  return () => asked
}
