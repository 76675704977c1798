import type { Uri } from '../../schemas/brands.ts'
import type { ContainerType } from '../../schemas/generated/types.ts'
import type { SourceStore } from '../../topology/ports/source-store.ts'

/** A file that holds documents. */
export interface ContainerSource {
  /** The file, without fragment. */
  readonly uri: Uri
  readonly type: ContainerType
  readonly bytes: number
  /** Epoch milliseconds. */
  readonly modifiedAt: number
  readonly sources: SourceStore
}

/** One document of a container. */
export interface Member {
  /** Points into the container. */
  readonly uri: Uri
  /** A name to show and to recognise formats by. */
  readonly name: string
  /** Decoded size where known, else the size of its stretch. */
  readonly bytes: number
  /** Media type, where the container tells. */
  readonly type?: string
  /** Epoch milliseconds. */
  readonly modifiedAt?: number
}

export const MAIL_TYPE = 'message/rfc822'
export const REVIEW_TYPE = 'application/x-review+json'
export const SLACK_DAY_TYPE = 'application/x-slack-day+json'
