import type { Published } from './publish.ts'
import type { Skipped } from './walk-files.ts'

/** Paths that are named one by one; the rest are counted. With `--json` all are named. */
const mostNamed = 20

const reasons: Readonly<Record<Skipped['reason'], string>> = {
  'folder-link': 'a link to a folder, which may lead round in circles: name the folder itself',
  pipe: 'a named pipe',
  socket: 'a socket',
  device: 'a device',
}

/** A line feed in a name would say something of its own. */
const nameOf = (path: string): string => path.replaceAll(/\p{Cc}/gu, '\u{fffd}')

const causeOf = (code: string): string =>
  code === 'EILSEQ' ? 'its name is not UTF-8: rename it' : code

/** Says what of the sources was not published, and why. */
export const noteLeftOut = (
  { unreadable, skipped }: Pick<Published, 'unreadable' | 'skipped'>,
  note: (text: string) => void,
): void => {
  const lines = [
    ...unreadable.map(
      ({ path, code }) =>
        `cannot read ${nameOf(path)} (${causeOf(code)}): nothing under it was published`,
    ),
    ...skipped.map(({ path, reason }) => `skipped ${nameOf(path)} (${reasons[reason]})`),
  ]
  for (const line of lines.slice(0, mostNamed)) note(line)
  const more = lines.length - mostNamed
  if (more > 0) note(`and ${more} more were not published; --json names them all`)
}
