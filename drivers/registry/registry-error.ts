/** What went wrong with a request. `away`: the registry did not answer, or not with an answer of its own. */
export type RegistryProblem = 'unknown' | 'refused' | 'incompatible' | 'invalid' | 'away'

export class RegistryError extends Error {
  readonly problem: RegistryProblem

  constructor(problem: RegistryProblem, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'RegistryError'
    this.problem = problem
  }
}
