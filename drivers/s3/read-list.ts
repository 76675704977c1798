import { Parser } from 'htmlparser2'
import { S3BadAnswer } from './answers.ts'

/** One page of a list, in the order of the store. */
export interface S3Page {
  readonly objects: readonly { readonly key: string; readonly bytes: number }[]
  /** Where the next page begins; undefined on the last one. */
  readonly next?: string
}

const wanted = new Set(['Key', 'Size', 'IsTruncated', 'NextContinuationToken'])

/**
 * Reads an answer to ListObjectsV2. The client's own reader is not used: it asks for keys with URL encoding, takes the plus
 * signs of stores that do not encode them for spaces, and keys of digits for numbers.
 */
export const readList = (xml: string): S3Page => {
  const objects: { key: string; bytes: number }[] = []
  const path: string[] = []
  /** Of the page, and of the object that is being read. */
  const page = new Map<string, string>()
  const object = new Map<string, string>()
  let text = ''
  const parser = new Parser(
    {
      onopentag: (name) => {
        path.push(name)
        if (name === 'Contents') object.clear()
        text = ''
      },
      ontext: (more) => void (text += more),
      onclosetag: (name) => {
        path.pop()
        const where = path.join()
        if (where === 'ListBucketResult' && wanted.has(name)) page.set(name, text)
        if (where === 'ListBucketResult,Contents' && wanted.has(name)) object.set(name, text)
        if (where === 'ListBucketResult' && name === 'Contents') objects.push(objectOf(object))
      },
    },
    { xmlMode: true, decodeEntities: true },
  )
  parser.end(xml)
  if (!/<ListBucketResult[\s>]/.test(xml))
    throw new S3BadAnswer('the list of objects cannot be read')
  const next = page.get('NextContinuationToken')
  return page.get('IsTruncated') === 'true' && next ? { objects, next } : { objects }
}

const objectOf = (values: ReadonlyMap<string, string>) => {
  const key = values.get('Key') ?? ''
  const bytes = Number(values.get('Size') ?? Number.NaN)
  if (key === '' || !Number.isSafeInteger(bytes))
    throw new S3BadAnswer('the list of objects cannot be read')
  return { key, bytes }
}
