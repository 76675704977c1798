import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** One file of a packed set. */
export interface PackedFile {
  readonly name: string
  readonly content: Buffer
}

const FOLDERS = ['../shared/data/dev', '../../shared/data/dev']

/** The files of a packed set of real data, in its own order; `undefined` when the set is not on this machine. */
export const realFiles = (set: string): PackedFile[] | undefined => {
  const path = FOLDERS.map((folder) => resolve(folder, set)).find((candidate) =>
    existsSync(candidate),
  )
  return path === undefined ? undefined : [...untar(gunzipSync(readFileSync(path)))]
}

/** Plain files of a ustar archive; long names of pax headers are not needed here. */
function* untar(archive: Buffer): Generator<PackedFile> {
  let position = 0
  while (position + 512 <= archive.length && archive[position] !== 0) {
    const header = archive.subarray(position, position + 512)
    const size = Number.parseInt(header.toString('latin1', 124, 136).replace(/\0.*$/s, ''), 8)
    const name = header.toString('utf8', 0, 100).replace(/\0.*$/s, '')
    const kind = header[156]
    position += 512
    if (kind === 0x30 || kind === 0)
      yield { name, content: archive.subarray(position, position + size) }
    position += Math.ceil(size / 512) * 512
  }
}
