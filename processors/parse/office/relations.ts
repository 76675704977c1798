import type { Budget } from '../budget.ts'
import { readXml } from '../xml.ts'
import type { ZipParts } from '../zip-parts.ts'

/** A reference of one part of an OOXML package to another. */
export interface Relation {
  readonly id: string
  /** The last segment of the relation's type: `worksheet`, `notesSlide`. */
  readonly type: string
  /** Name of the part it points to. */
  readonly target: string
}

/** The relation that an element names (`r:id`, whatever the prefix is), or none. */
export const relationId = (attributes: Readonly<Record<string, string>>): string => {
  for (const name in attributes) if (name.endsWith(':id')) return attributes[name] ?? ''
  return ''
}

/** Relations of one part that are read; more are no office document. */
const MOST_RELATIONS = 20_000

/** The relations of a part; none when it has none. Targets outside the package are left out. */
export const readRelations = async (
  zip: ZipParts,
  part: string,
  budget: Budget,
): Promise<readonly Relation[]> => {
  const slash = part.lastIndexOf('/') + 1
  const xml = await zip.read(`${part.slice(0, slash)}_rels/${part.slice(slash)}.rels`)
  const relations: Relation[] = []
  if (xml === undefined) return relations
  readXml(
    xml,
    {
      open: (name, attributes) => {
        const { Id: id, Type: type = '', Target: target = '', TargetMode: mode } = attributes
        if (name !== 'Relationship' || id === undefined || mode === 'External') return
        if (relations.length >= MOST_RELATIONS) return
        relations.push({
          id,
          type: type.slice(type.lastIndexOf('/') + 1),
          target: resolveTarget(part.slice(0, slash), target),
        })
      },
    },
    budget,
  )
  return relations
}

/** A target relative to the folder of its part, as the name of a part. */
const resolveTarget = (folder: string, target: string): string => {
  const segments: string[] = []
  const path = target.startsWith('/') ? target : `${folder}${target}`
  for (const segment of path.slice(0, 1000).split('/'))
    if (segment === '..') segments.pop()
    else if (segment !== '.' && segment !== '') segments.push(segment)
  return segments.join('/')
}
