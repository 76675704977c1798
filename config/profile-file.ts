import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Profiles that come with the package. */
export const builtInProfiles: readonly string[] = ['embedded', 'kafka', 'production']

/** Profiles are not compiled: they lie in the package's own config/profiles, two folders above dist/config. */
const folder = new URL(
  import.meta.url.endsWith('.ts') ? './profiles/' : '../../config/profiles/',
  import.meta.url,
)

/** The file of a profile: a built-in name, or a path. Undefined for a bare word that is neither. */
export const profileFile = (profile: string): string | undefined => {
  if (builtInProfiles.includes(profile)) return fileURLToPath(new URL(`${profile}.yaml`, folder))
  const looksLikePath = /[./\\]/.test(profile)
  return looksLikePath || existsSync(profile) ? profile : undefined
}
