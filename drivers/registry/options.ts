import type { Clock } from '../../topology/ports/clock.ts'

export interface RegistryConnection {
  /** Base URL of a Confluent-compatible registry; subjects lie at `URL/subjects`. */
  readonly url: string
  readonly auth?: { readonly username: string; readonly password: string }
  /** PEM of authorities to trust; those of Node when left out. */
  readonly ca?: string
  /** Put before the name of every subject, so that several deployments share a registry. */
  readonly prefix?: string
  /** Milliseconds until a request is given up. */
  readonly timeoutMs?: number
}

export interface ConfluentSchemaRegistryOptions extends RegistryConnection {
  readonly clock: Clock
  /** Milliseconds for which an id that the registry does not know is not asked for again. */
  readonly unknownForMs?: number
  /** Told when the registry goes and comes back. */
  readonly notice?: (message: string) => void
}

export const registryDefaults = { unknownForMs: 30_000, notice: (): void => undefined }
