import { descriptionVersion, type Description } from './describe.ts'

/** Thrown when a text is not a description that this version can compare. */
export class NotADescription extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'NotADescription'
  }
}

const isList = (value: unknown): boolean => Array.isArray(value)

/** Reads what `describe --format json` printed. Throws {@link NotADescription}. */
export const readDescription = (text: string): Description => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new NotADescription('not JSON; make it with describe --format json')
  }
  const read = value as Partial<Description> | null
  if (typeof read !== 'object' || read === null || typeof read.descriptionVersion !== 'number')
    throw new NotADescription('not a description; make it with describe --format json')
  if (read.descriptionVersion > descriptionVersion)
    throw new NotADescription(
      `description version ${read.descriptionVersion} is newer than this version reads (${descriptionVersion})`,
    )
  if (!isList(read.topics) || !isList(read.subTopologies) || typeof read.schemas !== 'object')
    throw new NotADescription('a description without topics, sub-topologies or schemas')
  return value as Description
}
