import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ModelsUsed } from '../job/models-used.ts'
import type { ModelBacklog, PartState } from '../../topology/ports/telemetry.ts'

/** What a running process says of itself at /status. */
export interface ProcessStatus {
  readonly pid: number
  readonly version: string
  readonly parts: readonly (PartState & { readonly commitAgeSeconds: number | null })[]
  /** What waits for models, by model and deadline class. */
  readonly backlog: readonly BacklogStatus[]
  /** What models did since it began, and what that cost. */
  readonly models: readonly ModelsUsed[]
  readonly currency: string
}

/** The same, with an age that JSON has when there is none, too. */
export interface BacklogStatus extends Omit<ModelBacklog, 'oldestMs'> {
  readonly oldestSeconds: number | null
}

const fileIn = (dataDir: string): string => join(dataDir, 'http.json')

/** Milliseconds that `status` waits for a process. */
const patienceMs = 2_000

/** Leaves the address in the data folder, for `status`. Answers what takes it away. */
export const announce = (dataDir: string, url: string): (() => void) => {
  const local = url.replace(/\/\/(?:0\.0\.0\.0|\[::\])(?=:)/, '//127.0.0.1')
  writeFileSync(fileIn(dataDir), JSON.stringify({ pid: process.pid, url: local }))
  return () => rmSync(fileIn(dataDir), { force: true })
}

const announced = (dataDir: string): { readonly pid: number; readonly url: string } | undefined => {
  try {
    return JSON.parse(readFileSync(fileIn(dataDir), 'utf8')) as { pid: number; url: string }
  } catch {
    return undefined
  }
}

/** What the process at an address says; undefined when nobody answers. */
export const statusAt = async (url: string): Promise<ProcessStatus | undefined> => {
  try {
    const answer = await fetch(`${url}/status`, { signal: AbortSignal.timeout(patienceMs) })
    return answer.ok ? ((await answer.json()) as ProcessStatus) : undefined
  } catch {
    return undefined
  }
}

/** What the process that works on a data folder says; undefined when there is none. A killed one leaves its address. */
export const statusOf = async (dataDir: string): Promise<ProcessStatus | undefined> => {
  const known = announced(dataDir)
  const status = known && (await statusAt(known.url))
  return status?.pid === known?.pid ? status : undefined
}
