import { setFlagsFromString } from 'node:v8'

/**
 * Keeps V8 from making objects old at birth. It does so for good where at the first collections most of what one place in the code
 * made was still alive; with a small young generation that holds for whatever belongs to records in flight. Such an object lives until
 * the whole heap is searched, and all that its record led to is kept alive and made old with it. Applies to all threads of this
 * process; called before they do any work.
 */
export const keepYoungYoung = (): void => setFlagsFromString('--no-allocation-site-pretenuring')
