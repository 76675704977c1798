import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** SHA-256 in hex by file name, as `sha256sum` writes it. */
export const parseChecksums = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [sum = '', name = ''] = line.split(/\s+\*?/)
        return [name, sum] as const
      }),
  )

const sumOf = async (path: string): Promise<string> => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/** Throws when the folder holds anything but exactly the pinned files. */
export const verifyChecksums = async (folder: string, pins: string): Promise<void> => {
  const expected = parseChecksums(await readFile(pins, 'utf8'))
  const names = await readdir(folder)
  const problems = names
    .filter((name) => !expected.has(name))
    .map((name) => `${name} is not pinned`)
  for (const [name, sum] of expected) {
    if (!names.includes(name)) problems.push(`${name} is missing`)
    else if ((await sumOf(join(folder, name))) !== sum) problems.push(`${name} has other bytes`)
  }
  if (problems.length > 0)
    throw new Error(`${folder} is not what ${pins} says: ${problems.join('; ')}; remove the folder`)
}
