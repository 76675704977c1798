import { createHash, hash } from 'node:crypto'
import { closeSync, createReadStream, openSync, readSync } from 'node:fs'
import { basename, relative, sep } from 'node:path'
import type { ContainerType } from '../../schemas/generated/types.ts'
import { CONTAINER_HEAD_BYTES, detectContainer } from '../../processors/expand/detect-container.ts'
import { expandSlackFolder, isSlackDay } from '../../processors/expand/slack-export.ts'
import { uriOfPath } from '../uri-of-path.ts'
import type { SourceFile } from './source-events.ts'
import {
  walkFiles,
  type FoundFile,
  type FoundSlackExport,
  type Skipped,
  type Unreadable,
} from './walk-files.ts'

/** A document, or a container that is to be expanded. */
export interface FoundSource {
  readonly kind: 'source'
  readonly source: SourceFile
  readonly container: ContainerType | undefined
}

/** Everything under an absolute path that is to be published, in a fixed order. */
export async function* findSources(
  root: string,
  /** A folder that is left out, by its absolute path. */
  except?: string,
): AsyncGenerator<FoundSource | Unreadable | Skipped> {
  for await (const found of walkFiles(root, undefined, except)) {
    if (found.kind === 'unreadable' || found.kind === 'skipped') yield found
    if (found.kind === 'slack-export') yield* slackSources(found)
    if (found.kind === 'file') yield await lookInto(found)
  }
}

/** One document per channel and day. The lists beside the channels are no documents; any other file is one. */
async function* slackSources(found: FoundSlackExport): AsyncGenerator<FoundSource> {
  const listed = found.files.map((file) => ({
    ...file,
    absolute: file.path,
    path: relative(found.path, file.path).split(sep).join('/'),
  }))
  const absolute = new Map(listed.map((file) => [file.path, file.absolute]))
  const days = expandSlackFolder(listed, '', (path) => uriOfPath(absolute.get(path) ?? path))
  for (const day of days) {
    const modifiedAt = day.modifiedAt ?? 0
    yield { kind: 'source', source: { ...day, modifiedAt }, container: undefined }
  }
  for (const file of listed) {
    const list = /^[^/]+\.json$/.test(file.path)
    if (!list && !isSlackDay(file.path, '')) yield await lookInto({ ...file, path: file.absolute })
  }
}

/** A file that cannot be opened is published all the same: fetch says why, as a dead letter that is not lost. */
const lookInto = async (file: FoundFile): Promise<FoundSource> => {
  const { path, bytes, modifiedAt } = file
  const source = { uri: uriOfPath(path), name: basename(path), bytes, modifiedAt }
  try {
    const head = headOf(path, bytes)
    const container = detectContainer(head, source.name)
    const sha256 = head.length === bytes ? sha256Of(head) : await hashOf(path)
    return { kind: 'source', source: { ...source, sha256 }, container }
  } catch {
    return { kind: 'source', source, container: undefined }
  }
}

const sha256Of = (content: Uint8Array): string => hash('sha256', content)

/** Synchronous: three short calls to the system, at a tenth of what they cost through promises. */
const headOf = (path: string, bytes: number): Uint8Array => {
  const descriptor = openSync(path, 'r')
  try {
    const head = Buffer.allocUnsafe(Math.min(bytes, CONTAINER_HEAD_BYTES))
    return head.subarray(0, readSync(descriptor, head))
  } finally {
    closeSync(descriptor)
  }
}

const hashOf = async (path: string): Promise<string> => {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer)
  return hash.digest('hex')
}
