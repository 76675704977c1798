import type { RuntimeEnvironment } from './environment.ts'

/** The consumer group of a sub-topology. */
export const groupOf = (
  env: Pick<RuntimeEnvironment, 'topology'>,
  part: { readonly name: string },
): string => `${env.topology.name}.${part.name}`
