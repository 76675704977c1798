/** What asks a process to leave. A terminal that is closed sends SIGHUP, and often twice. */
const asking = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * First Ctrl-C, SIGTERM or SIGHUP: `ask` is called, once. Second Ctrl-C or SIGTERM: the process ends by that signal at once,
 * which a shell reports as 130 or 143; what was in flight comes again with the next start. Ending by the signal and not by
 * `process.exit` is deliberate: exit takes native threads down in the middle of their work, and has crashed there.
 */
export const onInterrupt = (ask: () => void): void => {
  let asked = false
  const listen = (signal: NodeJS.Signals): void => {
    if (asked) {
      if (signal === 'SIGHUP') return
      process.removeAllListeners(signal)
      process.kill(process.pid, signal)
      return
    }
    asked = true
    ask()
  }
  for (const signal of asking) process.on(signal, listen)
}
