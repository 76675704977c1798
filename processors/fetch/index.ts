import type { DocumentEvent } from '../../schemas/generated/types.ts'
import { erasure, type Erasure, type Fetched } from '../../topology/model/draft.ts'
import { deadLetter, forward } from '../../topology/model/outcome.ts'
import type { AskingStage } from '../../topology/model/stage.ts'
import { dispositionOf } from '../../topology/model/fetch-code.ts'
import { createFetch } from './fetch.ts'
import { defaultFetchOptions, type FetchOptions } from './options.ts'

/** The stage that reads the bytes an event points at. Erasures need none and go on as they are. */
export const fetchStage = (
  options: FetchOptions = defaultFetchOptions,
): AskingStage<DocumentEvent, Fetched | Erasure> => {
  const fetch = createFetch(options)
  return {
    kind: 'asking',
    name: 'fetch',
    version: 1,
    order: 'key',
    doc: 'Reads a file, a stretch of one or an entry of a zip, up to a size; checks its checksum.',
    concurrency: options.concurrency,
    timeoutMs: options.timeoutMs,
    settings: {
      maxBytes: options.maxBytes,
      ratio: options.ratio,
      ratioFloorBytes: options.ratioFloorBytes,
    },
    run: async (event, { ports }) => {
      if (event.operation === 'ERASE') return forward(erasure(event))
      const request = { uri: event.uri, ...(event.sha256 !== null && { sha256: event.sha256 }) }
      const outcome = await fetch(request, ports.sources)
      if (outcome.kind === 'fetched')
        return forward({ event, contentHash: outcome.contentHash, content: outcome.content })
      return deadLetter({
        disposition: dispositionOf[outcome.code],
        code: outcome.code,
        message: `fetch: ${outcome.message}`,
      })
    },
  }
}
