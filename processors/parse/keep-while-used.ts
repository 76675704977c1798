/** Something costly to start that is shared by those who use it. */
export interface KeptWhileUsed<T> {
  /** Started for the first who asks. What {@link pass} counts begins anew. */
  readonly use: () => Promise<T>
  /** To be called with every piece of work, before that asks for it or does without. */
  readonly pass: () => void
  /** Whoever asks next starts another one. */
  readonly giveUp: () => void
}

/** It is given up once `mostUnused` pieces of work in a row did without it. */
export const keepWhileUsed = <T>(start: () => Promise<T>, mostUnused: number): KeptWhileUsed<T> => {
  let running: Promise<T> | undefined
  let unused = 0
  const giveUp = (): void => void (running = undefined)
  return {
    use: () => {
      unused = 0
      running ??= start()
      return running
    },
    pass: () => {
      unused += 1
      if (unused >= mostUnused) giveUp()
    },
    giveUp,
  }
}
