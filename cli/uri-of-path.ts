import { existsSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Uri } from '../schemas/brands.ts'
import { fileUriOf } from '../topology/model/member-uri.ts'

/** The `file:` URI of a path of this machine; relative ones start at the working folder. */
export const uriOfPath = (path: string): Uri => fileUriOf(resolve(path).split(sep).join('/'))

/** What is given for a whole file of this machine, as its path; other URIs as they are. */
export const pathOfUri = (given: string): string =>
  isUri(given) && /^file:[^#]*$/i.test(given) ? fileURLToPath(given) : given

/** Whether somebody gave a URI where a path may stand as well. A file of that very name is meant first. */
export const isUri = (given: string): boolean =>
  /^[a-z][a-z0-9+.-]+:\/\//i.test(given) && !existsSync(given)
