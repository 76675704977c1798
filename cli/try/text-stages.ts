import type { Config } from '../../config/schema.ts'
import { createChunker } from '../../processors/chunk/chunk.ts'
import { requirePolicy } from '../../processors/redact/load-policy.ts'
import { redactDocument } from '../../processors/redact/redact-document.ts'
import { tokeniserOnce } from '../../processors/tokenise/index.ts'
import type { CanonicalDocument, Chunk, Finding } from '../../topology/model/document.ts'
import { CommandError, exitCodes } from '../exit-codes.ts'
import { pipelineOptionsOf } from '../pipeline-options.ts'
import type { DocumentNames } from '../redact/document-names.ts'
import { createParsingReader, createTextReader } from './read-document.ts'
import { failed, made, type TryResult } from './try-result.ts'
import type { TryStage } from './try-stage.ts'

/** Canonical text and what is known of it. */
export const createTryParse = async (config: Config): Promise<TryStage> => {
  const read = await createParsingReader(config)
  return {
    width: 1,
    run: async (source) => {
      const document = await read(source)
      return document.kind === 'made' ? made(parsedLine(document.value)) : document
    },
  }
}

const parsedLine = (document: CanonicalDocument) => {
  const { text, spans, participants, dates, attachments, warnings, type } = document
  const subject = document.subject ?? null
  const language = document.language ?? null
  return { text, spans, subject, participants, dates, attachments, warnings, type, language }
}

/** Items at work at once, so that a model gets whole batches. */
const namesAtOnce = 64

/** The document and what the model found in it, or what went wrong with either. */
const withNames = async (read: TryResult<CanonicalDocument>, names: DocumentNames) => {
  if (read.kind === 'failed') return read
  const found = await names.ask(read.value)
  return found.kind === 'failed' ? found : made({ document: read.value, found: found.value })
}

/** Names of people and places, as the model says, in the text and the subject. */
export const createTryRecognise = (config: Config, names: DocumentNames): TryStage => {
  const read = createTextReader(config)
  if (config.models.recognise === undefined)
    throw new CommandError(
      exitCodes.config,
      'models.recognise is not set: there is no model for names (docs/policies.md)',
    )
  return {
    width: namesAtOnce,
    run: async (source) => {
      const named = await withNames(await read(source), names)
      if (named.kind === 'failed') return named
      const { document, found } = named.value
      const { model = '', text = [], subject = [] } = found ?? {}
      const inSubject = document.subject === undefined ? {} : { subject: subject.map(nameLine) }
      return made({ names: text.map(nameLine), ...inSubject, model })
    },
  }
}

const nameLine = ({ start, end, type, score }: Finding) => ({ start, end, type, score })

/** Redacted text, and what was found where in the text before. */
export const createTryRedact = (config: Config, names: DocumentNames): TryStage => {
  const read = createTextReader(config)
  const { redact } = pipelineOptionsOf(config)
  const policy = requirePolicy(redact.policy, redact.keys)
  const secrets = { keys: redact.keys, tenantId: config.tenant }
  return {
    width: namesAtOnce,
    run: async (source) => {
      const named = await withNames(await read(source), names)
      if (named.kind === 'failed') return named
      const { document, found } = named.value
      const redaction = redactDocument(document, policy, secrets, found)
      if (redaction.kind === 'refused') return failed(redaction.code, redaction.detail)
      const findings = redaction.findings.map(({ start, end, type, score, recogniser }) => {
        return { start, end, type, score, recogniser }
      })
      return made({ text: redaction.document.text, findings })
    },
  }
}

/** Token ids with their places. */
export const createTryTokenise = (config: Config): TryStage => {
  const read = createTextReader(config)
  const tokeniser = tokeniserOnce(pipelineOptionsOf(config).tokenise)()
  return {
    width: 1,
    run: async (source) => {
      const document = await read(source)
      if (document.kind === 'failed') return document
      const { ids, offsets } = tokeniser.tokenise(document.value.text)
      const places = Array.from(ids, (_, at) => [offsets[2 * at], offsets[2 * at + 1]])
      return made({ ids: [...ids], offsets: places })
    },
  }
}

/** Chunks with their places and token ids. */
export const createTryChunk = (config: Config): TryStage => {
  const read = createTextReader(config)
  const tokeniser = tokeniserOnce(pipelineOptionsOf(config).tokenise)()
  const cut = createChunker(config.chunk, tokeniser)
  return {
    width: 1,
    run: async (source) => {
      const document = await read(source)
      if (document.kind === 'failed') return document
      const chunks = cut(document.value, tokeniser.tokenise(document.value.text))
      return made({ chunks: chunks.map(chunkLine) })
    },
  }
}

/** Header and keys of near-duplicates where the configuration asks for them. */
const chunkLine = ({ start, end, ids, header, headerIds, nearKeys }: Chunk) => ({
  start,
  end,
  ids: [...ids],
  ...(header === undefined ? {} : { header, headerIds: [...(headerIds ?? [])] }),
  ...(nearKeys === undefined ? {} : { nearKeys: [...nearKeys] }),
})
