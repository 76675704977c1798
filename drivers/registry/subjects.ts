import type { Codec } from '../../schemas/codec.ts'
import type { RegistryConnection } from './options.ts'
import { createRegistryApi } from './registry-api.ts'
import { RegistryError } from './registry-error.ts'

/** What separates a subject from the schema of this version. */
export type SubjectStep =
  | { readonly kind: 'register'; readonly subject: string; readonly schema: string }
  /** The registry would refuse it, or this version cannot read what is registered. */
  | { readonly kind: 'incompatible'; readonly subject: string; readonly message: string }

export interface SubjectTool {
  /** What would have to be done; nothing is changed. */
  readonly plan: (
    codecs: readonly Pick<Codec<never>, 'subject' | 'schema'>[],
  ) => Promise<readonly SubjectStep[]>
  readonly apply: (steps: readonly SubjectStep[]) => Promise<void>
}

/** Old and new versions of producers and consumers may run at the same time, in any combination. */
const compatibility = 'FULL_TRANSITIVE'

export const createSubjectTool = (connection: RegistryConnection): SubjectTool => {
  const api = createRegistryApi(connection)
  const { prefix = '' } = connection
  return {
    plan: async (codecs) => {
      const steps: SubjectStep[] = []
      for (const codec of codecs) {
        const subject = `${prefix}${codec.subject}`
        if ((await api.idOf(subject, codec.schema)) !== undefined) continue
        if (await api.compatible(subject, codec.schema))
          steps.push({ kind: 'register', subject, schema: codec.schema })
        else
          steps.push({
            kind: 'incompatible',
            subject,
            message: 'the schema of this version is not compatible with the latest one registered',
          })
      }
      return steps
    },
    apply: async (steps) => {
      for (const step of steps) {
        if (step.kind === 'register') await api.register(step.subject, step.schema, compatibility)
        else throw new RegistryError('incompatible', `subject ${step.subject}: ${step.message}`)
      }
    },
  }
}
