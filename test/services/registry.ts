import { execFile } from 'node:child_process'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { download } from './download.ts'
import { freePorts } from './free-ports.ts'
import { pins } from './pins.ts'
import { startProcess, waitUntilReady, type Lifetime } from './processes.ts'

const run = promisify(execFile)

export interface NativeRegistry {
  /** Base URL of the Confluent-compatible API. */
  readonly url: string
  readonly pid: number
  readonly stop: () => Promise<void>
}

export const registryAnswers = async (url: string): Promise<boolean> => {
  try {
    const answer = await fetch(`${url}/subjects`, { signal: AbortSignal.timeout(1_000) })
    return answer.ok
  } catch {
    return false
  }
}

/** Starts Apicurio with its storage in memory, and answers when it answers. */
export const startRegistry = async (
  folder: string,
  lifetime: Lifetime,
): Promise<NativeRegistry> => {
  const files = await download(pins.registry)
  const [archive = ''] = await readdir(files)
  await mkdir(folder, { recursive: true })
  await run('tar', ['xzf', join(files, archive), '-C', folder])
  const [port = 0] = await freePorts(1)
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`
  const args = [
    '-Xmx384m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-Dquarkus.http.host=127.0.0.1',
    `-Dquarkus.http.port=${port}`,
    '-jar',
    'apicurio-registry-app-3.0.9-runner.jar',
  ]
  const log = join(folder, 'registry.log')
  const started = startProcess({ command: 'java', args, cwd: folder, log, lifetime })
  await waitUntilReady('registry', started, () => registryAnswers(url))
  return { url, pid: started.pid, stop: () => started.stop() }
}
