import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Config } from '../../config/schema.ts'
import { systemClock } from '../../drivers/system/system-clock.ts'
import { Figures } from '../../drivers/telemetry/figures.ts'
import type { OperationsServer } from '../../drivers/telemetry/operations-server.ts'
import type { Telemetry } from '../../topology/ports/telemetry.ts'
import type { RunningTopology } from '../../topology/runtime/run-topology.ts'
import { runTopology } from '../../topology/runtime/run-topology.ts'
import { compose, type Composition } from '../compose.ts'
import { placeOfObjects } from '../open-stores.ts'
import { CommandError, exitCodes } from '../exit-codes.ts'
import { publisher } from '../identity.ts'
import {
  baselineOf,
  deadLater,
  publishedSince,
  type Baseline,
  type DeadLater,
} from '../job/baseline.ts'
import { printReport } from '../job/print-report.ts'
import { downIn, showProgress } from '../job/progress.ts'
import { isComplete, reportOf, type JobReport } from '../job/report.ts'
import { RunCounter, type PartCount } from '../job/run-counter.ts'
import { onInterrupt } from '../job/signals.ts'
import { takeHanded } from '../job/take-handed.ts'
import { serveOperations } from '../operations/serve-operations.ts'
import { noteLeftOut } from '../publish/left-out.ts'
import { nothingPublished, publish, type Published } from '../publish/publish.ts'
import type { CommandContext } from './context.ts'

/**
 * The whole job: publishes what is under the sources, runs until everything is written, reports. Exit code 0 exactly
 * when every published document was delivered, dropped with a reason or dead-lettered.
 */
export const start = async (
  { config: given, output }: CommandContext,
  telemetry: Telemetry,
): Promise<number> => {
  const config = withExample(given, (text) => output.note(text))
  requireSources(config)
  const note = (text: string): void => output.note(text)
  // Listens to the end of the process: a second Ctrl-C while it closes must still be answered with 130.
  const stopped = onInterrupt(() =>
    note('stopping: waiting for what is in flight; press Ctrl-C again to stop at once'),
  )
  if (stopped()) return exitCodes.interrupted
  const startedAt = performance.now()
  const figures = new Figures(telemetry, systemClock.now)
  const counter = new RunCounter(figures)
  const composition = await compose(config, counter)
  try {
    const job = await runJob({ composition, config, counter, figures, note, stopped })
    const report = reportOf({
      currency: config.prices.currency,
      counter,
      publishedNow: job.publishedNow,
      takenOver: job.takenOver,
      deadLater: job.deadLater,
      seconds: (performance.now() - startedAt) / 1_000,
      peakRssBytes: process.resourceUsage().maxRSS * 1_024,
      cpuSeconds: cpuSeconds(),
      publishedBytes: job.sources.bytes,
      unreadable: job.sources.unreadable,
      skipped: job.sources.skipped,
      interrupted: job.interrupted,
      outputs: outputsOf(config, composition.dataDir),
    })
    tell(output, report, job.sources)
    if (job.interrupted) return exitCodes.interrupted
    return isComplete(report) ? exitCodes.ok : exitCodes.incomplete
  } finally {
    await composition.close()
  }
}

/** A source that is not there or cannot be reached is a slip of the fingers: said before anything is begun. */
const requireSources = ({ sources }: Config): void => {
  const wrong = sources.flatMap((path) => {
    const code = whyNotThere(path)
    if (code === undefined) return []
    return code === 'ENOENT' ? `no such file or folder: ${path}` : `cannot read ${path} (${code})`
  })
  if (wrong.length === 0) return
  throw new CommandError(exitCodes.failed, `${wrong.join('; ')}; look at --source`)
}

const whyNotThere = (path: string): string | undefined => {
  try {
    statSync(path)
    return undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown'
  }
}

/** The archive that comes with the package lies two folders above dist/cli/commands. */
const example = new URL('../../../examples/archive', import.meta.url)

const withExample = (config: Config, note: (text: string) => void): Config => {
  if (config.sources.length > 0) return config
  note('no --source given: taking the example archive that comes with the package')
  return { ...config, sources: [fileURLToPath(example)] }
}

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

const outputsOf = (config: Config, dataDir: string): JobReport['outputs'] => ({
  parquet: placeOfObjects(config, dataDir, 'parquet'),
  vectors: resolve(dataDir, 'vectors'),
  summaries: placeOfObjects(config, dataDir, 'summaries'),
})

const tell = (output: CommandContext['output'], report: JobReport, sources: Published): void => {
  noteLeftOut(sources, (text) => output.note(text))
  output.value(report)
  printReport(output, report)
}

interface Job {
  readonly publishedNow: number
  readonly takenOver: number
  readonly deadLater: DeadLater
  readonly sources: Published
  readonly interrupted: boolean
}

interface JobSetting {
  readonly composition: Composition
  readonly config: Config
  readonly counter: RunCounter
  readonly figures: Figures
  readonly note: (text: string) => void
  readonly stopped: () => boolean
}

const runJob = async (setting: JobSetting): Promise<Job> => {
  const { composition, config, counter, figures, note, stopped } = setting
  const { env } = composition
  const baseline = await baselineOf(env)
  const running = await runTopology(env)
  let operations: OperationsServer | undefined
  const inbox = takeHanded(composition, note)
  let sources = nothingPublished()
  const waitsFor = () => downIn(running.parts.map((part) => part.state()))
  const progress = progressOf(composition, counter, baseline, () => sources, waitsFor)
  try {
    operations = await serveOperations(composition, running, config, figures)
    const request = {
      paths: config.sources,
      tenant: config.tenant,
      operation: 'ARCHIVE',
      identity: publisher,
      now: env.ports.clock.now(),
      dataDir: composition.dataDir,
      stopped,
    } as const
    sources = await publish(env.log, env.registry, request, (now) => (sources = now))
    progress.complete()
    await untilDrained(running, stopped)
    await inbox.stop()
    // What was handed in at the last moment is part of the job.
    await untilDrained(running, stopped)
  } finally {
    await inbox.stop()
    progress.stop()
    await running.stop()
    await operations?.close()
  }
  return {
    publishedNow: await publishedSince(env, baseline),
    takenOver: baseline.waiting,
    deadLater: await deadLater(env, baseline),
    sources,
    interrupted: stopped(),
  }
}

const untilDrained = async (running: RunningTopology, stop: () => boolean): Promise<void> => {
  const stopped = new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (!stop()) return
      clearInterval(timer)
      resolve()
    }, 100)
    timer.unref()
  })
  await Promise.race([running.drained(), stopped])
}

const finishedOf = ({ forwarded, dropped, dead }: PartCount): number => forwarded + dropped + dead

const progressOf = (
  { env }: Composition,
  counter: RunCounter,
  baseline: Baseline,
  sources: () => Published,
  waitsFor: () => readonly string[],
) => {
  let complete = false
  const stop = showProgress(env.ports.clock, process.stderr, () => {
    const prepare = counter.part('prepare')
    const expand = counter.part('expand')
    const expanded = expand.counts.get('outputs') ?? 0
    const published = baseline.waiting + sources().documents + expanded
    const finished = finishedOf(prepare)
    return {
      published,
      finished,
      dead: prepare.dead,
      waitsFor: waitsFor(),
      complete: complete && finished <= published && finishedOf(expand) >= sources().containers,
    }
  })
  return { stop, complete: () => (complete = true) }
}
