import type { Uri } from '../../schemas/brands.ts'
import { formatMemberUri, type MemberUri } from '../../topology/model/member-uri.ts'
import { SLACK_DAY_TYPE, type Member } from './member.ts'

/** `general/2016-01-31.json`, possibly inside one more folder. */
const DAY = /^((?:[^/]+\/)?)([^/]+)\/(\d{4}-\d{2}-\d{2})\.json$/
const LISTS = /^((?:[^/]+\/)?)(?:channels|users)\.json$/

/** Distinct folders that are remembered while looking for an export; a real one has one or two. */
const MOST_ROOTS = 1000

/** Path prefix of a Slack export among these paths: `''` at the root, `export/` in a folder; `undefined` when it is none. */
export const slackExportRoot = (paths: Iterable<string>): string | undefined => {
  const finder = createSlackExportFinder()
  for (const path of paths) finder.see(path)
  return finder.root()
}

/** The same for paths that come one by one, in constant memory. */
export const createSlackExportFinder = (): {
  readonly see: (path: string) => void
  readonly root: () => string | undefined
} => {
  const lists = new Set<string>()
  const days = new Set<string>()
  const note = (roots: Set<string>, match: RegExpExecArray | null): void => {
    if (match !== null && roots.size < MOST_ROOTS) roots.add(match[1] ?? '')
  }
  return {
    see: (path) => {
      note(lists, LISTS.exec(path))
      note(days, DAY.exec(path))
    },
    root: () => [...lists].find((root) => days.has(root)),
  }
}

/** True for the file of one channel and day under the export's root. */
export const isSlackDay = (path: string, root: string): boolean => DAY.exec(path)?.[1] === root

/** One file of a folder, by its path relative to the folder with `/` separators. */
export interface FolderFile {
  readonly path: string
  readonly bytes: number
  readonly modifiedAt: number
}

/**
 * The documents of an unpacked Slack export: one per channel and day. User and channel lists are no documents; the user list is
 * named in each URI, so that fetch can put names to ids. `uriOf` gives the URI of a file of the folder.
 */
export function* expandSlackFolder(
  files: Iterable<FolderFile>,
  root: string,
  uriOf: (path: string) => Uri,
): Generator<Member> {
  for (const file of files)
    if (isSlackDay(file.path, root))
      yield slackDayMember(
        { file: uriOf(file.path), users: '../users.json' },
        file.path,
        file.bytes,
        file.modifiedAt,
      )
}

export const slackDayMember = (
  place: MemberUri,
  path: string,
  bytes: number,
  modifiedAt: number,
): Member => ({
  uri: formatMemberUri(place),
  name: path.slice(path.lastIndexOf('/') + 1),
  bytes,
  type: SLACK_DAY_TYPE,
  modifiedAt,
})
