import { resolve, sep } from 'node:path'
import type { Uri } from '../schemas/brands.ts'
import { fileUriOf } from '../topology/model/member-uri.ts'

/** The `file:` URI of a path of this machine; relative ones start at the working folder. */
export const uriOfPath = (path: string): Uri => fileUriOf(resolve(path).split(sep).join('/'))
