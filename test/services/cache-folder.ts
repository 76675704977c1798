import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where downloads are kept between runs, outside the checkout: `$XDG_CACHE_HOME/archive-streams/services`. */
export const cacheFolder = (): string =>
  join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'archive-streams', 'services')
