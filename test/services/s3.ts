import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Client } from 'minio'
import { download } from './download.ts'
import { freePorts } from './free-ports.ts'
import { pins } from './pins.ts'
import { startProcess, waitUntilReady, type Lifetime } from './processes.ts'

export type S3Name = 'minio' | 'versitygw'
export const s3Names: readonly S3Name[] = ['minio', 'versitygw']

export interface S3Address {
  readonly endpoint: string
  readonly accessKey: string
  readonly secretKey: string
}

export interface NativeS3 {
  readonly address: S3Address
  readonly pid: number
  readonly stop: () => Promise<void>
  /** As a crash of the machine's process would. */
  readonly kill: () => Promise<void>
  /** The same store on the same data and port. */
  readonly restart: () => Promise<void>
}

const accessKey = 'archive-streams'
const secretKey = 'archive-streams-secret'

/** `http://user:secret@host:port`, as it is given in the environment. */
export const s3Url = ({ endpoint, accessKey: user, secretKey: secret }: S3Address): string =>
  endpoint.replace('://', `://${encodeURIComponent(user)}:${encodeURIComponent(secret)}@`)

export const s3AddressOf = (url: string): S3Address => {
  const { protocol, host, username, password } = new URL(url)
  return {
    endpoint: `${protocol}//${host}`,
    accessKey: decodeURIComponent(username),
    secretKey: decodeURIComponent(password),
  }
}

/** The client itself, for what no driver does. */
export const clientOf = ({ endpoint, ...credentials }: S3Address): Client => {
  const { protocol, hostname, port } = new URL(endpoint)
  const useSSL = protocol === 'https:'
  const where = { endPoint: hostname, useSSL, ...(port && { port: Number(port) }) }
  return new Client({ ...where, ...credentials, region: 'us-east-1' })
}

/** A new bucket. */
export const makeBucket = async (address: S3Address, bucket: string): Promise<void> => {
  await clientOf(address).makeBucket(bucket, 'us-east-1')
}

/** Whether a store answers a signed request at the address. */
export const s3Answers = async (url: string): Promise<boolean> => {
  const { endpoint } = s3AddressOf(url)
  try {
    const answer = await fetch(endpoint, { signal: AbortSignal.timeout(1_000) })
    return answer.status === 403 || answer.ok
  } catch {
    return false
  }
}

/** MinIO says it is ready, and then refuses requests with 503 until it has read its disks and its users. */
const ready = async (name: S3Name, address: S3Address): Promise<boolean> => {
  if (name === 'versitygw') return s3Answers(address.endpoint)
  try {
    const url = `${address.endpoint}/minio/health/cluster`
    if (!(await fetch(url, { signal: AbortSignal.timeout(1_000) })).ok) return false
    await clientOf(address).listBuckets()
    return true
  } catch {
    return false
  }
}

const argumentsOf = (
  name: S3Name,
  listen: string,
  data: string,
  versions: string,
): readonly string[] =>
  name === 'minio'
    ? ['server', '--quiet', '--address', listen, data]
    : ['--quiet', '--port', listen, 'posix', '--versioning-dir', versions, data]

const environment: Readonly<Record<string, string>> = {
  MINIO_ROOT_USER: accessKey,
  MINIO_ROOT_PASSWORD: secretKey,
  MINIO_BROWSER: 'off',
  ROOT_ACCESS_KEY: accessKey,
  ROOT_SECRET_KEY: secretKey,
}

/** Starts an object store on a free port with its data in the folder, and answers when it answers. `more` is environment. */
export const startS3 = async (
  name: S3Name,
  folder: string,
  lifetime: Lifetime,
  more: Readonly<Record<string, string>> = {},
): Promise<NativeS3> => {
  const pin = pins[name]
  const command = join(await download(pin), basename(pin.module))
  const data = join(folder, 'data')
  const versions = join(folder, 'versions')
  for (const each of [data, versions]) await mkdir(each, { recursive: true })
  const [port = 0] = await freePorts(1)
  const listen = `127.0.0.1:${port}`
  const address = { endpoint: `http://${listen}`, accessKey, secretKey }
  const args = argumentsOf(name, listen, data, versions)
  const log = join(folder, `${name}.log`)
  const start = async () => {
    const started = startProcess({
      command,
      args,
      cwd: folder,
      log,
      lifetime,
      environment: { ...environment, ...more },
    })
    await waitUntilReady(name, started, () => ready(name, address))
    return started
  }
  let running = await start()
  return {
    address,
    pid: running.pid,
    stop: () => running.stop(),
    kill: () => running.stop('SIGKILL'),
    restart: async () => {
      await running.stop('SIGKILL')
      running = await start()
    },
  }
}
