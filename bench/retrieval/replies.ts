import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createParser } from '../../processors/parse/parse.ts'
import { loadPolicyFile, requirePolicy } from '../../processors/redact/load-policy.ts'
import { redactDocument } from '../../processors/redact/redact-document.ts'
import type { CanonicalDocument } from '../../topology/model/document.ts'
import type { Collection, Question } from './collection.ts'

const LEAST_WORDS = 20

/**
 * Mails, redacted by the default policy, with a question for each reply whose original is there: what the reply itself says, without
 * its subject and without what it quotes. The answer is the original's own text.
 */
export const readReplies = async (folder: string, most: number): Promise<Collection> => {
  const parse = await createParser()
  const keys = new Map<string, Uint8Array>()
  const policy = requirePolicy(loadPolicyFile('default'), keys)
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.eml'))
    .toSorted()
  const sources: CanonicalDocument[] = []
  const places = new Map<string, number>()
  const parents = new Map<number, string>()
  for (const name of names.slice(0, most)) {
    const content = readFileSync(join(folder, name))
    const parsed = await parse({ content })
    if (parsed.kind !== 'parsed') continue
    const redacted = redactDocument(parsed.document, policy, { keys, tenantId: 'bench' })
    if (redacted.kind !== 'redacted') continue
    const head = content.toString('latin1').split(/\r?\n\r?\n/, 1)[0]!
    const id = idIn(head, 'Message-ID')
    const parent = idIn(head, 'In-Reply-To')
    if (id) places.set(id, sources.length)
    if (parent) parents.set(sources.length, parent)
    sources.push(redacted.document)
  }
  const questions = [...parents].flatMap(([at, parent]): Question[] => {
    const source = places.get(parent)
    const own = ownText(sources[at]!)
    if (source === undefined || source === at || own.split(/\s+/).length < LEAST_WORDS) return []
    const answers = ownSpans(sources[source]!).map(({ start, end }) => ({ source, start, end }))
    return answers.length === 0 ? [] : [{ text: own, answers, from: at }]
  })
  return { sources, questions }
}

const idIn = (head: string, header: string): string | undefined =>
  new RegExp(`^${header}:[^<]*<([^>]+)>`, 'im').exec(head)?.[1]

const ownSpans = ({ spans }: CanonicalDocument) =>
  spans.filter(({ kind, depth, start, end }) => kind === 'body' && depth === 0 && end > start)

const ownText = (document: CanonicalDocument): string =>
  ownSpans(document)
    .map(({ start, end }) => document.text.slice(start, end))
    .join('\n')
    .trim()
