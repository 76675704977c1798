import type { ModelServer } from '../../topology/ports/model-server.ts'

/** Sends what is asked of `name` to the one server, and everything else to the other. */
export const withSummariesApart = (
  name: string,
  { summaries, others }: { readonly summaries: ModelServer; readonly others: ModelServer },
): ModelServer => {
  const { load } = others
  return {
    models: async () => {
      const [theirs, ours] = await Promise.all([others.models(), summaries.models()])
      return [...theirs, ...ours]
    },
    infer: (request, signal) =>
      (request.model === name ? summaries : others).infer(request, signal),
    ...(load && {
      load: async (model: string, version: string) =>
        model === name ? undefined : load(model, version),
    }),
    close: async () => {
      await Promise.all([others.close(), summaries.close()])
    },
  }
}
