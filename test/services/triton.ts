import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { download } from './download.ts'
import { freePorts } from './free-ports.ts'
import { pins } from './pins.ts'
import { startProcess, waitUntilReady, type Lifetime, type ServiceProcess } from './processes.ts'
import { deployedModels, loadedModels, modelCards } from './triton-models.ts'

const run = promisify(execFile)

export interface NativeTriton {
  readonly url: string
  readonly pid: number
  readonly stop: () => Promise<void>
  /** As a crash of the machine's process would. */
  readonly kill: () => Promise<void>
  /** A new process at the same port, with other models where they are given. */
  readonly restart: (options?: TritonOptions) => Promise<void>
  /** Answers nothing until it is thawed; connections stay open. Resolves once all its threads stand still. */
  readonly freeze: () => Promise<void>
  readonly thaw: () => void
}

/** What a server loads, and from where. */
export interface TritonOptions {
  readonly repositories?: readonly string[]
  readonly models?: readonly string[]
  /** Environment of Python whose packages its models see. That of the server, when left out. */
  readonly environment?: string
}

/** Whether a server at the address is ready to infer. */
export const tritonAnswers = async (url: string): Promise<boolean> => {
  try {
    const answer = await fetch(`${url}/v2/health/ready`, { signal: AbortSignal.timeout(1_000) })
    return answer.ok
  } catch {
    return false
  }
}

/** The folders of the wheel. */
const serverOf = async (python: string): Promise<string> => {
  const lib = join(python, 'lib')
  const [version = ''] = (await readdir(lib)).filter((each) => each.startsWith('python3.'))
  return join(lib, version, 'site-packages', 'pytriton', 'tritonserver')
}

/** The Python backend with the stub for this Python, laid out as the server wants it. */
const layOutBackend = async (server: string, python: string, folder: string): Promise<string> => {
  const backend = join(folder, 'backends', 'python')
  if (existsSync(backend)) return join(folder, 'backends')
  await mkdir(backend, { recursive: true })
  const minor = "import sys; print('%d.%d' % sys.version_info[:2])"
  const version = (await run(join(python, 'bin', 'python'), ['-c', minor])).stdout.trim()
  const files = join(server, 'backends', 'python')
  for (const name of await readdir(files)) await symlink(join(files, name), join(backend, name))
  await symlink(join(server, 'python_backend_stubs', version, stub), join(backend, stub))
  return join(folder, 'backends')
}

/** The process of one instance of a model. */
const stub = 'triton_python_backend_stub'

/** How the names of its regions of shared memory begin. */
const regionsOf = (port: number): string => `archive-streams-${port}-`

const argumentsOf = (
  port: number,
  metricsPort: number,
  backends: string,
  { repositories, models = loadedModels }: TritonOptions,
): readonly string[] => [
  ...(repositories ?? [join(deployedModels, 'models'), join(deployedModels, 'test-models')]).map(
    (each) => `--model-repository=${each}`,
  ),
  ...models.map((name) => `--load-model=${name}`),
  `--backend-directory=${backends}`,
  '--model-control-mode=explicit',
  '--disable-auto-complete-config',
  '--strict-readiness=true',
  '--exit-timeout-secs=10',
  '--http-address=127.0.0.1',
  `--http-port=${port}`,
  '--allow-grpc=false',
  '--metrics-address=127.0.0.1',
  `--metrics-port=${metricsPort}`,
  '--allow-gpu-metrics=false',
  '--pinned-memory-pool-byte-size=0',
  '--min-supported-compute-capability=0',
  '--backend-config=python,shm-default-byte-size=8388608',
  `--backend-config=python,shm-region-prefix-name=${regionsOf(port)}`,
]

/** Starts a server on a free port, and answers when it is ready. */
export const startTriton = async (
  folder: string,
  lifetime: Lifetime,
  options: TritonOptions = {},
): Promise<NativeTriton> => {
  const python = await download(pins.triton)
  const server = await serverOf(python)
  await mkdir(folder, { recursive: true })
  const backends = await layOutBackend(server, python, folder)
  const [port = 0, metricsPort = 0] = await freePorts(2)
  const url = `http://127.0.0.1:${port}`
  const start = async (given: TritonOptions): Promise<ServiceProcess> => {
    const started = startProcess({
      command: join(server, 'bin', 'tritonserver'),
      args: argumentsOf(port, metricsPort, backends, given),
      cwd: folder,
      log: join(folder, 'triton.log'),
      lifetime,
      environment: {
        PATH: `${join(given.environment ?? python, 'bin')}:${process.env['PATH']}`,
        CUDA_VISIBLE_DEVICES: '',
        OMP_NUM_THREADS: '1',
        PYTHONDONTWRITEBYTECODE: '1',
        ARCHIVE_STREAMS_CARDS: modelCards,
      },
    })
    await waitUntilReady('triton', started, () => tritonAnswers(url))
    return started
  }
  let running = await start(options)
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    await running.stop(signal)
    await endStubs(port)
    await removeSharedMemory(port)
  }
  return {
    url,
    pid: running.pid,
    // SIGTERM waits for the processes of the models, which hold nothing worth waiting for.
    stop: () => end('SIGKILL'),
    kill: () => end('SIGKILL'),
    restart: async (given = options) => {
      await end('SIGKILL')
      running = await start(given)
    },
    freeze: async () => {
      process.kill(running.pid, 'SIGSTOP')
      while (!(await standsStill(running.pid)))
        await new Promise((resolve) => setTimeout(resolve, 5))
    },
    thaw: () => void process.kill(running.pid, 'SIGCONT'),
  }
}

/** A signal stops one thread after the other. */
const standsStill = async (pid: number): Promise<boolean> => {
  const tasks = `/proc/${pid}/task`
  const states = await Promise.all(
    (await readdir(tasks)).map((task) => readFile(join(tasks, task, 'stat'), 'utf8')),
  )
  return states.every((stat) => /\) T /.test(stat))
}

/** Processes of models that a killed server leaves: they name their region of shared memory. */
const endStubs = async (port: number): Promise<void> => {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(join('/proc', pid, 'cmdline'), 'utf8').catch(() => '')
    const isStub = command.includes(stub) && command.includes(regionsOf(port))
    if (!isStub) continue
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
}

/** Regions that a killed server leaves. */
const removeSharedMemory = async (port: number): Promise<void> => {
  const left = await readdir('/dev/shm').catch(() => [])
  for (const name of left.filter((each) => each.startsWith(regionsOf(port))))
    await rm(join('/dev/shm', name), { force: true })
}
