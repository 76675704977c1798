/** What a check found. `advice` says what to do. */
export type Finding =
  | { readonly ok: true; readonly message: string }
  | { readonly ok: false; readonly message: string; readonly advice: string }

/** One thing to look at. */
export interface Check {
  readonly name: string
  /** May throw: then what it looked at is wrong. */
  readonly look: () => Finding | Promise<Finding>
}

export type Diagnosis = Finding & { readonly check: string }

export const ok = (message: string): Finding => ({ ok: true, message })
export const wrong = (message: string, advice: string): Finding => ({ ok: false, message, advice })

/** Runs the checks one after the other; one that throws is wrong, the others still run. */
export const diagnose = async (checks: readonly Check[]): Promise<readonly Diagnosis[]> => {
  const diagnoses: Diagnosis[] = []
  for (const { name, look } of checks) diagnoses.push({ check: name, ...(await orWrong(look)) })
  return diagnoses
}

const orWrong = async (look: Check['look']): Promise<Finding> => {
  try {
    return await look()
  } catch (error) {
    const message = error instanceof Error ? error.message : 'a value that is no error was thrown'
    return wrong(message.replaceAll('\n', '; '), 'put this right, then run doctor again')
  }
}
