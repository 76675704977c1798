import type { ContainerEvent, DocumentEvent } from '../../schemas/generated/types.ts'
import { erasure, type Erasure } from '../../topology/model/draft.ts'
import { deadLetter, drop, forward } from '../../topology/model/outcome.ts'
import type { AskingStage } from '../../topology/model/stage.ts'
import { admissionOf, headAfter, problemOf } from './admit.ts'
import { arrivalOf, decodeHead, encodeHead } from './head.ts'
import { admitDefaults, type AdmitOptions } from './options.ts'

type Admitted = DocumentEvent | ContainerEvent

/**
 * Lets an event through when it brings something new of its document: a newer revision, other content, or the same under
 * options that change results. The revision that its outputs carry is settled here, see {@link admissionOf}. Remembers it
 * in the state store of the sub-topology, under the document id. The memory becomes durable together with the outputs, so a crash in between
 * admits the event again.
 */
export const admit = (
  changes: Partial<AdmitOptions> = {},
): AskingStage<DocumentEvent, DocumentEvent | Erasure> =>
  admitting(changes, (event) => (event.operation === 'ERASE' ? erasure(event) : event))

/** The same for containers: what was expanded is not expanded again, and a broken one is one dead letter. */
export const admitContainers = (
  changes: Partial<AdmitOptions> = {},
): AskingStage<ContainerEvent, ContainerEvent> => admitting(changes, (event) => event)

const admitting = <E extends Admitted, O>(
  changes: Partial<AdmitOptions>,
  pass: (event: E) => O,
): AskingStage<E, O> => {
  const options = { ...admitDefaults, ...changes }
  return {
    kind: 'asking',
    name: 'admit',
    version: 1,
    order: 'key',
    doc: 'Drops replays, stale revisions and what was erased',
    concurrency: options.concurrency,
    timeoutMs: options.timeoutMs,
    keepsState: true,
    run: async (event, { state, replays, ports: { identity } }) => {
      const problem = problemOf(event)
      if (problem) return deadLetter(problem)
      const known = state.get(event.documentId)
      const head = known && decodeHead(known)
      const arrival = arrivalOf(event, identity)
      const admission = admissionOf(arrival, head, replays > 0)
      if (admission.kind === 'dropped') return drop(admission.reason)
      const { revision } = admission
      return forward(pass({ ...event, revision }), {
        state: [{ key: event.documentId, value: encodeHead(headAfter(arrival, head, revision)) }],
      })
    },
  }
}
