/** Where a value came from. */
export type Origin =
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly file: string; readonly line: number; readonly column: number }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'flag'; readonly flag: string }

/** One value for one option. */
export interface Assignment {
  readonly path: readonly string[]
  readonly value: unknown
  readonly origin: Origin
  /** Where parts of a list are, by their path: `prices.models.1.model`. */
  readonly inside?: ReadonlyMap<string, Origin>
}

/** One thing that is wrong. `message` never holds a secret. */
export interface ConfigProblem {
  readonly origin: Origin
  readonly message: string
}

/** What one of file, environment and flags says. */
export interface Layer {
  readonly assignments: readonly Assignment[]
  readonly problems: readonly ConfigProblem[]
}

/** `embedded.yaml:12:3`, `ARCHIVE_STREAMS_TENANT`, `--tenant`, `default`. */
export const originText = (origin: Origin): string => {
  switch (origin.kind) {
    case 'default':
      return 'default'
    case 'file':
      return `${origin.file}:${origin.line}:${origin.column}`
    case 'environment':
      return origin.name
    case 'flag':
      return origin.flag
  }
}

export const problemText = ({ origin, message }: ConfigProblem): string =>
  `${originText(origin)}: ${message}`
