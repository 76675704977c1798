import { Parser } from 'htmlparser2'
import { S3BadAnswer, S3Refusal } from './answers.ts'
import { escapeValue, type S3Client } from './client.ts'
import type { S3ObjectStoreOptions } from './options.ts'
import { createPatience, type PatienceOptions } from './patience.ts'

/*
 * A bucket that keeps versions hides what is removed or replaced instead of forgetting it. Erasures must reach it, so here
 * every version goes, by its id.
 */

/** One state of an object that the bucket has kept, or the mark that it was removed. */
export interface S3Version {
  readonly key: string
  readonly id: string
  readonly latest: boolean
}

/** Whether the bucket keeps versions, or has kept some. A user who may not ask is told so, and taken for one of a bucket without. */
export const keepsVersions = async (
  client: S3Client,
  options: S3ObjectStoreOptions,
): Promise<boolean> => {
  const patience = createPatience(options)
  try {
    const answer = await patience.persist(() => client.ask('versioning', patience.left()))
    return /<Status>(?:Enabled|Suspended)<\/Status>/.test(answer)
  } catch (error) {
    if (!isUnknown(error)) throw error
    options.notice?.(
      `bucket ${client.bucket} at ${client.endpoint}: does not say whether it keeps versions (${error.code}); if it does, erasures leave the old ones: let the user ask (s3:GetBucketVersioning)`,
    )
    return false
  }
}

const unknownCodes = [
  'AccessDenied',
  'NotImplemented',
  'MethodNotAllowed',
  'VersioningNotConfigured',
]
const isUnknown = (error: unknown): error is S3Refusal =>
  error instanceof S3Refusal && (error.status === 501 || unknownCodes.includes(error.code))

/** The newest one goes last: until then the object is listed, and whoever begins again finds it. */
export const removeAllVersions = async (
  client: S3Client,
  key: string,
  options: PatienceOptions,
): Promise<void> => {
  const versions = await versionsOf(client, key, options)
  for (const version of versions.filter(({ latest }) => !latest))
    await removeVersion(client, version, options)
  for (const version of versions.filter(({ latest }) => latest))
    await removeVersion(client, version, options)
}

export const removeOlderVersions = async (
  client: S3Client,
  key: string,
  options: PatienceOptions,
): Promise<void> => {
  for (const version of await versionsOf(client, key, options))
    if (!version.latest) await removeVersion(client, version, options)
}

const removeVersion = async (
  client: S3Client,
  { key, id }: S3Version,
  options: PatienceOptions,
): Promise<void> => {
  const patience = createPatience(options)
  await patience.persist(async () => {
    const query = `versionId=${escapeValue(id)}`
    const request = { method: 'DELETE', key, query, expect: [200, 204] } as const
    const response = await client.send(request, patience.left())
    client.skip(response)
  })
}

const versionsOf = async (
  client: S3Client,
  key: string,
  options: PatienceOptions,
): Promise<readonly S3Version[]> => {
  const found: S3Version[] = []
  let marker: readonly string[] | undefined = []
  while (marker) {
    const query: string = [...marker, 'max-keys=1000', `prefix=${escapeValue(key)}`, 'versions=']
      .sort()
      .join('&')
    const patience = createPatience(options)
    const page = readVersions(await patience.persist(() => client.ask(query, patience.left())))
    // Others begin with the same letters.
    found.push(...page.versions.filter((each) => each.key === key))
    marker = page.next && [
      `key-marker=${escapeValue(page.next.key)}`,
      `version-id-marker=${escapeValue(page.next.id)}`,
    ]
  }
  return found
}

interface VersionPage {
  readonly versions: readonly S3Version[]
  readonly next?: { readonly key: string; readonly id: string }
}

/** Reads an answer to ListObjectVersions. */
export const readVersions = (xml: string): VersionPage => {
  const versions: S3Version[] = []
  const values = new Map<string, string>()
  const page = new Map<string, string>()
  const path: string[] = []
  let text = ''
  const isEntry = (name: string): boolean => name === 'Version' || name === 'DeleteMarker'
  const parser = new Parser(
    {
      onopentag: (name) => {
        path.push(name)
        if (isEntry(name)) values.clear()
        text = ''
      },
      ontext: (more) => void (text += more),
      onclosetag: (name) => {
        path.pop()
        const inside = path.at(-1) ?? ''
        if (path.length === 2 && isEntry(inside)) values.set(name, text)
        if (path.length === 1 && isEntry(name)) versions.push(versionOf(values))
        else if (path.length === 1) page.set(name, text)
      },
    },
    { xmlMode: true, decodeEntities: true },
  )
  parser.end(xml)
  if (!/<ListVersionsResult[\s>]/.test(xml))
    throw new S3BadAnswer('the list of versions cannot be read')
  const [key, id] = [page.get('NextKeyMarker'), page.get('NextVersionIdMarker') ?? '']
  return page.get('IsTruncated') === 'true' && key ? { versions, next: { key, id } } : { versions }
}

const versionOf = (values: ReadonlyMap<string, string>): S3Version => {
  const [key = '', id = ''] = [values.get('Key'), values.get('VersionId')]
  if (key === '' || id === '') throw new S3BadAnswer('the list of versions cannot be read')
  return { key, id, latest: values.get('IsLatest') === 'true' }
}
