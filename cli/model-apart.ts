import type { ModelServer } from '../topology/ports/model-server.ts'

/** Sends what is asked of `name` to the one server, and everything else to the other. */
export const withModelApart = (
  name: string,
  { apart, others }: { readonly apart: ModelServer; readonly others: ModelServer },
): ModelServer => {
  const of = (model: string): ModelServer => (model === name ? apart : others)
  const tells = apart.load !== undefined || others.load !== undefined
  return {
    models: async () => {
      const [theirs, ours] = await Promise.all([others.models(), apart.models()])
      return [...theirs, ...ours]
    },
    infer: (request, signal) => of(request.model).infer(request, signal),
    ...(tells && {
      load: async (model: string, version: string) => of(model).load?.(model, version),
    }),
    close: async () => {
      await Promise.all([others.close(), apart.close()])
    },
  }
}
