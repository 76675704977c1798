import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { download } from '../../test/services/download.ts'
import { pins } from '../../test/services/pins.ts'
import { pythonWith } from '../../test/services/python.ts'

const run = promisify(execFile)

/** NVIDIA's own load generator for Triton, from its package of Python. */
export interface PerfAnalyzer {
  /** Items per second with so many requests of so many items under way, over three windows of so many seconds; 0 where no request fits one. */
  readonly measure: (load: {
    readonly url: string
    readonly model: string
    readonly items: number
    readonly inFlight: number
    readonly seconds: number
  }) => Promise<number>
}

/** Not compiled: it lies beside the sources. */
const requirements = fileURLToPath(
  new URL(
    `${import.meta.url.endsWith('.ts') ? '../' : '../../../bench/'}peers/perf-analyzer-2.51.0.txt`,
    import.meta.url,
  ),
)

/** Libraries that the program asks for by names of its own; the wheel of the server has them under others. */
const LIBRARIES = { 'libb64.so.0d': /^libb64-/, 'libcudart.so.12': /^libcudart-/ } as const

const linkLibraries = async (folder: string): Promise<string> => {
  const lib = join(await download(pins.triton), 'lib')
  const [version = ''] = (await readdir(lib)).filter((each) => each.startsWith('python3.'))
  const bundled = join(lib, version, 'site-packages', 'nvidia_pytriton.libs')
  const names = await readdir(bundled)
  const links = join(folder, 'libraries')
  await mkdir(links)
  for (const [wanted, pattern] of Object.entries(LIBRARIES))
    await symlink(
      join(bundled, names.find((each) => pattern.test(each)) ?? ''),
      join(links, wanted),
    )
  return `${links}:${bundled}`
}

/** Ready to ask a model that reads these texts. What it writes goes into `folder`. */
export const openPerfAnalyzer = async (
  folder: string,
  texts: readonly string[],
): Promise<PerfAnalyzer> => {
  const program = join(dirname(await pythonWith(requirements)), 'perf_analyzer')
  const env = { ...process.env, LD_LIBRARY_PATH: await linkLibraries(folder) }
  const input = join(folder, 'input.json')
  await writeFile(input, JSON.stringify({ data: texts.map((text) => ({ text: [text] })) }))
  const table = join(folder, 'measured.csv')
  return {
    measure: async ({ url, model, items, inFlight, seconds }) => {
      const { host } = new URL(url)
      const what = ['-m', model, '-u', host, '-i', 'http', '-b', `${items}`, '--input-data', input]
      // On a machine that does other things as well, three windows are never as alike as it wants them.
      const often = ['--concurrency-range', `${inFlight}`, '--stability-percentage', '999']
      const window = ['--measurement-interval', `${Math.round(seconds * 1_000)}`, '-f', table]
      try {
        await run(program, [...what, ...often, ...window], { env })
      } catch (error) {
        if (String(error).includes('No valid requests')) return 0
        throw error
      }
      return throughputIn(await readFile(table, 'utf8'))
    },
  }
}

/** Of the only line below the names of the columns. Throws when it is not there. */
export const throughputIn = (csv: string): number => {
  const [names = '', values = ''] = csv.split('\n')
  const column = names.split(',').indexOf('Inferences/Second')
  const throughput = Number(values.split(',')[column])
  if (column < 0 || !(throughput > 0)) throw new Error(`perf_analyzer measured nothing: ${csv}`)
  return throughput
}
