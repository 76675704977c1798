import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { toJson } from '../../cli/output.ts'
import { openData, recordsOf } from './open-data.ts'

/** A place where data can be read: its name, and all that stands there, in lower case. */
export interface Place {
  readonly name: string
  readonly text: string
}

/** The folder of the record log, which says where documents are and so holds the names of files. */
export const isLog = ({ name }: Place): boolean => name.startsWith('file log/')

const lower = (text: string): string => text.toLowerCase()

/** Bytes as text in which both UTF-8 and UTF-16 can be found. */
const textOf = (bytes: Buffer): string =>
  lower(bytes.toString('utf8') + bytes.toString('latin1').replaceAll('\0', ''))

/** Every file under a data folder, byte for byte; names of files too. */
export const filesOf = (dataDir: string): readonly Place[] =>
  readdirSync(dataDir, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(dataDir, name)).isFile())
    .map((name) => ({
      name: `file ${name.split(sep).join('/')}`,
      text:
        lower(relative(dataDir, join(dataDir, name))) + textOf(readFileSync(join(dataDir, name))),
    }))

/** Every column of every row of the Parquet files. */
export const parquetOf = async (dataDir: string): Promise<readonly Place[]> => {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const folder = join(dataDir, 'objects', 'parquet')
  const places: Place[] = []
  for (const dataset of readdirSync(folder)) {
    const reader = await connection.runAndReadAll(
      `SELECT to_json(t)::VARCHAR FROM read_parquet('${folder}/${dataset}/**/*.parquet') t`,
    )
    const rows = reader.getRows().map(([row]) => String(row))
    places.push({ name: `parquet ${dataset}`, text: lower(rows.join('\n')) })
  }
  connection.closeSync()
  return places
}

/** Bytes inside of records are read as text. */
const inside = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8')
  if (Array.isArray(value)) return value.map(inside)
  if (value !== null && typeof value === 'object' && !(value instanceof Map)) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, inside(each)]))
  }
  return value
}

/** Every field of every record of every topic, by topic and field. */
export const topicsOf = async (dataDir: string): Promise<readonly Place[]> => {
  const view = await openData(dataDir)
  try {
    const { topics, deadLetters, ledger } = view.topology
    const places = new Map<string, string[]>()
    for (const { name } of [...topics, deadLetters, ledger]) {
      for (const { decoded, key } of await recordsOf<object>(view, name)) {
        const fields = { ...decoded, key }
        for (const [field, value] of Object.entries(fields)) {
          const place = `topic ${name} ${field}`
          places.set(place, [...(places.get(place) ?? []), toJson(inside(value))])
        }
      }
    }
    return [...places].map(([name, texts]) => ({ name, text: lower(texts.join('\n')) }))
  } finally {
    await view.close()
  }
}

/** Every point of the vector index. */
export const vectorsOf = async (dataDir: string): Promise<readonly Place[]> => {
  const view = await openData(dataDir)
  try {
    const texts: string[] = []
    for await (const { id, payload } of view.vectors.scan()) texts.push(id + toJson(payload))
    return [{ name: 'vectors', text: lower(texts.join('\n')) }]
  } finally {
    await view.close()
  }
}

/** Places that hold a value, also without the blanks and hyphens that people write into numbers. */
export const tracesOf = (value: string, places: readonly Place[]): readonly string[] => {
  const compact = value.replaceAll(/[\s-]/g, '')
  const forms = [value, compact, encodeURI(value)].map(lower)
  return places
    .filter(({ text }) => forms.some((form) => text.includes(form)))
    .map(({ name }) => name)
}
