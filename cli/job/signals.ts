/**
 * First Ctrl-C or SIGTERM: `ask` is called, once. Second: the process ends by that signal at once, which a shell reports as
 * 130 or 143; what was in flight comes again with the next start. Ending by the signal and not by `process.exit` is
 * deliberate: exit takes native threads down in the middle of their work, and has crashed there.
 */
export const onInterrupt = (ask: () => void): void => {
  let asked = false
  const listen = (signal: NodeJS.Signals): void => {
    if (asked) {
      process.removeAllListeners(signal)
      process.kill(process.pid, signal)
      return
    }
    asked = true
    ask()
  }
  process.on('SIGINT', listen)
  process.on('SIGTERM', listen)
}
