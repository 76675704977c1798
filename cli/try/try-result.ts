/** Why there is no result. `code` is from a closed list, `message` holds no text of the document. */
export interface TryFailure {
  readonly code: string
  readonly message: string
}

export interface Failed {
  readonly kind: 'failed'
  readonly failure: TryFailure
}

export type TryResult<T> = { readonly kind: 'made'; readonly value: T } | Failed

export const made = <T>(value: T): TryResult<T> => ({ kind: 'made', value })

export const failed = (code: string, message: string): Failed => ({
  kind: 'failed',
  failure: { code, message },
})
