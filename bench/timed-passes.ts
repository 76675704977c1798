const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** CPU seconds of this process: up to the end of the first pass, start and compiling included, and of the last one alone. */
export interface PassSeconds {
  readonly coldSeconds: number
  readonly warmSeconds: number
}

/** Does the same so many times, and gives what the last time counted. */
export const timedPasses = async <C extends object>(
  pass: () => Promise<C>,
  passes: number,
): Promise<C & PassSeconds> => {
  let counts = await pass()
  const coldSeconds = cpuSeconds()
  let warmSeconds = coldSeconds
  for (let each = 1; each < passes; each++) {
    const before = cpuSeconds()
    counts = await pass()
    warmSeconds = cpuSeconds() - before
  }
  return { ...counts, coldSeconds, warmSeconds }
}
