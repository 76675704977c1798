import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { cacheFolder } from './cache-folder.ts'
import { verifyChecksums } from './checksums.ts'
import { buildCmake } from './build-cmake.ts'
import { buildGo } from './build-go.ts'
import { unpackDebian } from './unpack-debian.ts'
import type { FilePin, MavenPin, Pin } from './pins.ts'
import { pythonWith } from './python.ts'

const run = promisify(execFile)

/** Newer versions of the plugin read parents of the poms, which some mirrors do not have. */
const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:2.10'

const pom = (artefacts: readonly string[]): string => {
  const dependencies = artefacts.map((each) => {
    const [group, artefact, version] = each.split(':')
    return `<dependency><groupId>${group}</groupId><artifactId>${artefact}</artifactId><version>${version}</version></dependency>`
  })
  return `<project><modelVersion>4.0.0</modelVersion><groupId>test</groupId><artifactId>services</artifactId>
<version>1</version><packaging>pom</packaging><dependencies>${dependencies.join('\n')}</dependencies></project>`
}

const maven = async (folder: string, ...args: readonly string[]): Promise<void> => {
  try {
    await run('mvn', ['-B', '-q', '-f', join(folder, 'pom.xml'), ...args])
  } catch (error) {
    const { code, stdout = '' } = error as { code?: string; stdout?: string }
    if (code === 'ENOENT')
      throw new Error(
        'real services need Java 17 and Maven on this machine, a Docker engine, or addresses in the environment (CONTRIBUTING.md)',
        { cause: error },
      )
    throw new Error(`Maven could not download: ${stdout.split('\n').slice(0, 3).join(' ')}`, {
      cause: error,
    })
  }
}

const fetchInto = async (folder: string, { artefacts, tree }: MavenPin): Promise<void> => {
  await writeFile(join(folder, 'pom.xml'), pom(tree ? artefacts : []))
  const output = `-DoutputDirectory=${join(folder, 'files')}`
  if (tree) return maven(folder, `${plugin}:copy-dependencies`, output)
  for (const artefact of artefacts)
    await maven(folder, `${plugin}:copy`, `-Dartifact=${artefact}`, output)
}

const fetchAndVerify = async (folder: string, pin: MavenPin): Promise<void> => {
  await fetchInto(folder, pin)
  await verifyChecksums(join(folder, 'files'), pin.checksums)
}

const underWay = new Map<string, Promise<string>>()

/**
 * The folder with the files of a pin: from the cache, or downloaded by Maven, apt or pip, or built by Go or CMake, and checked
 * against the pin. A folder in the cache is whole, as it gets its name last.
 */
export const download = (pin: Pin): Promise<string> => {
  const name = pin.kind === 'python' ? pin.requirements : pin.name
  const known = underWay.get(name) ?? fill(pin)
  underWay.set(name, known)
  return known
}

const fill = (pin: Pin): Promise<string> =>
  pin.kind === 'python' ? pythonFolder(pin.requirements) : fillFiles(pin)

const pythonFolder = async (requirements: string): Promise<string> =>
  dirname(dirname(await pythonWith(requirements)))

const fillFiles = async (pin: FilePin): Promise<string> => {
  const target = join(cacheFolder(), pin.name)
  if (!existsSync(target)) {
    await mkdir(cacheFolder(), { recursive: true })
    const fresh = await mkdtemp(`${target}-`)
    try {
      if (pin.kind === 'go') await buildGo(fresh, pin)
      else if (pin.kind === 'cmake') await buildCmake(fresh, pin)
      else if (pin.kind === 'debian') await unpackDebian(fresh, pin)
      else await fetchAndVerify(fresh, pin)
      await rename(join(fresh, 'files'), target).catch((error: unknown) => {
        // Somebody else was quicker, with the same bytes.
        if (!existsSync(target)) throw error
      })
    } finally {
      await rm(fresh, { recursive: true, force: true })
    }
  }
  if (pin.kind === 'maven') await verifyChecksums(target, pin.checksums)
  return target
}
