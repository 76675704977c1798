import { parse as parsePath, resolve } from 'node:path'
import { asUri, type Uri } from '../../schemas/brands.ts'
import type { Config } from '../../config/schema.ts'
import { createFileSourceStore } from '../../drivers/embedded/source-store/file-source-store.ts'
import { CONTAINER_HEAD_BYTES, detectContainer } from '../../processors/expand/detect-container.ts'
import { expand } from '../../processors/expand/expand.ts'
import type { ContainerSource } from '../../processors/expand/member.ts'
import { createFetch } from '../../processors/fetch/fetch.ts'
import { nameOfMember, parseMemberUri } from '../../topology/model/member-uri.ts'
import { createParser, type ParseInput } from '../../processors/parse/parse.ts'
import type { CanonicalDocument } from '../../topology/model/document.ts'
import { plainDocument } from '../../topology/model/plain-document.ts'
import { uriOfPath } from '../uri-of-path.ts'
import type { TrySource } from './item.ts'
import { failed, made, type Failed, type TryResult } from './try-result.ts'

export type ReadDocument = (source: TrySource) => Promise<TryResult<CanonicalDocument>>

/** Said to who typed a path; the words of fetch are for who reads a dead letter. */
const ofTypedPath: Readonly<Record<string, string>> = {
  'not-found': 'there is no such file',
  'not-a-file': 'this is no file; one is read at a time, start --source archives a folder',
  'not-readable': 'this file may not be read: check its permissions',
}

/** Parses a source: a file as the pipeline would, a text as if it were a file of that content. */
export const createParsingReader = async (config: Config): Promise<ReadDocument> => {
  // One document is looked at: the language is worth its load, whatever the profile says.
  const parse = await createParser({ ...config.parse, language: true })
  const fetch = createFetch(config.fetch)
  return async (source) => {
    const input = source.kind === 'text' ? inputOfText(source) : await fetchFile(source.path)
    if ('kind' in input) return input
    const outcome = await parse(input)
    return outcome.kind === 'parsed' ? made(outcome.document) : failed(outcome.code, outcome.detail)
  }

  async function fetchFile(path: string): Promise<ParseInput | Failed> {
    const uri = uriOf(path)
    const member = parseMemberUri(uri)
    if ('problem' in member) return failed(member.problem, 'the URI cannot be used')
    // Whoever types the path may read it; what limits a pipeline to its sources does not apply.
    const sources = createFileSourceStore({ roots: [parsePath(resolve(path)).root] })
    const outcome = await fetch({ uri }, sources)
    if (outcome.kind === 'refused')
      return failed(outcome.code, ofTypedPath[outcome.code] ?? outcome.message)
    const { content } = outcome
    const name = nameOfMember(member)
    const type = detectContainer(content.subarray(0, CONTAINER_HEAD_BYTES), name)
    if (member.file === uri && (type === 'MBOX' || type === 'MAIL_LOG')) {
      const second = await secondMember({
        uri,
        type,
        bytes: content.length,
        modifiedAt: 0,
        sources,
      })
      if (second !== undefined)
        return failed('container', `it holds several mails; give one by its URI, such as ${second}`)
    }
    return { content, name }
  }
}

/** Parsed as one mail, a file of several would give the first and keep silent about the others. */
const secondMember = async (container: ContainerSource): Promise<Uri | undefined> => {
  let members = 0
  for await (const { uri } of expand(container)) if (++members === 2) return uri
  return undefined
}

const inputOfText = ({ text, name }: Extract<TrySource, { kind: 'text' }>): ParseInput => ({
  content: Buffer.from(text),
  ...(name !== undefined && { name }),
})

const uriOf = (path: string): Uri => (/^file:\/\//i.test(path) ? asUri(path) : uriOfPath(path))

/** Parses files; takes a text as the canonical text that it is, untouched, so that offsets are those of the input. */
export const createTextReader = (config: Config): ReadDocument => {
  // Its language models take a while to load, and texts need none.
  let parser: Promise<ReadDocument> | undefined
  return async (source) => {
    if (source.kind === 'text') return made(plainDocument(source.text))
    parser ??= createParsingReader(config)
    return (await parser)(source)
  }
}
