import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { createRequire } from 'node:module'
import type { RegistryConnection } from './options.ts'
import { RegistryError, type RegistryProblem } from './registry-error.ts'

/*
 * The REST client of @kafkajs/confluent-schema-registry, with its retries. Its own Avro side is not used: our codecs read
 * longs whole and know their reader schema.
 */

interface Response {
  readonly data: () => unknown
}

interface RestClient {
  readonly Schema: { readonly find: (_: { readonly id: number }) => Promise<Response> }
  readonly Subject: Readonly<
    Record<
      'latestVersion' | 'registered' | 'register' | 'compatible' | 'config' | 'updateConfig',
      (_: object) => Promise<Response>
    >
  >
}

interface Enhanceable {
  readonly enhance: (extras: { readonly timeout: number }) => unknown
}

const require = createRequire(import.meta.url)
const { default: createRestClient } = require('@kafkajs/confluent-schema-registry/dist/api') as {
  readonly default: (options: object) => RestClient
}

/** The requests that are needed, by subject as the registry names it. */
export interface RegistryApi {
  /** Text of a schema. Throws `unknown` for an id that was never given. */
  readonly schema: (id: number) => Promise<string>
  /** Id of exactly this schema; undefined when it is not registered. */
  readonly idOf: (subject: string, schema: string) => Promise<number | undefined>
  readonly latest: (
    subject: string,
  ) => Promise<{ readonly version: number; readonly schema: string } | undefined>
  readonly compatible: (subject: string, schema: string) => Promise<boolean>
  /** Adds a version and answers its id. The subject's level is set to `compatibility` first. */
  readonly register: (subject: string, schema: string, compatibility: string) => Promise<number>
}

const defaultTimeoutMs = 5_000

/** The client answers 400 for connections that fail, so only what a registry alone can mean is taken at its word. */
const problems: Readonly<Record<number, RegistryProblem>> = {
  401: 'refused',
  403: 'refused',
  404: 'unknown',
  409: 'incompatible',
  422: 'invalid',
}

const explanations: Readonly<Record<RegistryProblem, string>> = {
  unknown: 'it does not know this',
  refused: 'it refuses user or password; check both, and what the user may do',
  incompatible: 'the schema is not compatible with those registered before',
  invalid: 'it takes the schema for invalid',
  away: 'it does not answer; start it, or correct the address',
}

export const createRegistryApi = (connection: RegistryConnection): RegistryApi => {
  const { url, auth, ca, timeoutMs = defaultTimeoutMs } = connection
  const agent = url.startsWith('https:')
    ? new HttpsAgent({ keepAlive: true, ...(ca !== undefined && { ca }) })
    : new HttpAgent({ keepAlive: true })
  const withTimeout = () => ({
    prepareRequest: async (next: () => Promise<Enhanceable>) =>
      (await next()).enhance({ timeout: timeoutMs }),
  })
  const client = createRestClient({
    host: url,
    clientId: 'archive-streams',
    agent,
    middlewares: [withTimeout],
    retry: { retries: 2 },
    ...(auth && { auth }),
  })

  const ask = async <T>(what: string, request: () => Promise<Response>): Promise<T> => {
    try {
      return (await request()).data() as T
    } catch (error) {
      const status = (error as { readonly status?: number } | undefined)?.status ?? 0
      const problem = problems[status] ?? 'away'
      const message = `schema registry at ${url}, ${what}: ${explanations[problem]}`
      throw new RegistryError(problem, message, error)
    }
  }

  /** Undefined where the registry says that there is none. */
  const optional = async <T>(asked: Promise<T>): Promise<T | undefined> => {
    try {
      return await asked
    } catch (error) {
      if (error instanceof RegistryError && error.problem === 'unknown') return undefined
      throw error
    }
  }

  return {
    schema: async (id) =>
      (await ask<{ readonly schema: string }>(`schema ${id}`, () => client.Schema.find({ id })))
        .schema,
    idOf: async (subject, schema) => {
      const request = () => client.Subject.registered({ subject, body: { schema } })
      return (await optional(ask<{ readonly id: number }>(`subject ${subject}`, request)))?.id
    },
    latest: (subject) =>
      optional(ask(`subject ${subject}`, () => client.Subject.latestVersion({ subject }))),
    compatible: async (subject, schema) => {
      const request = () => client.Subject.compatible({ subject, body: { schema } })
      const answer = await optional(
        ask<{ readonly is_compatible: boolean }>(`subject ${subject}`, request),
      )
      return answer?.is_compatible ?? true
    },
    register: async (subject, schema, compatibility) => {
      const what = `subject ${subject}`
      await ask(what, () => client.Subject.updateConfig({ subject, body: { compatibility } }))
      const request = () => client.Subject.register({ subject, body: { schema } })
      return (await ask<{ readonly id: number }>(what, request)).id
    },
  }
}
