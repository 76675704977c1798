import { fork } from 'node:child_process'
import { once } from 'node:events'

/** Options of the configuration by path, over those of the profile `kafka`. */
export type Settings = readonly (readonly [path: string, value: unknown])[]

/** What a member is told: begin to measure, say what was measured since, drain and end. */
export type MemberRequest = 'begin' | 'figures' | 'stop'

/** What a member did since it was told to begin. */
export interface MemberFigures {
  readonly requests: number
  readonly items: number
  readonly deadLetters: number
  readonly retries: number
  readonly seconds: number
  /** Of all threads. */
  readonly cpuSeconds: number
  /** How late its event loop was; with a resolution of 1 ms, which is in each value. */
  readonly delayMs: {
    readonly p50: number
    readonly p99: number
    readonly p999: number
    readonly max: number
  }
  readonly rssMb: number
}

export interface Member {
  readonly begin: () => void
  readonly figures: () => Promise<MemberFigures>
  readonly stop: () => Promise<void>
}

/** As the image sets it; see docs/operating.md. */
const NODE_OPTIONS = ['--max-semi-space-size=64']

/** Starts a member; answers once it has joined. */
export const startMember = async (
  settings: Settings,
  nodeOptions: readonly string[] = [],
): Promise<Member> => {
  const script = new URL(`./member.${import.meta.url.slice(-2)}`, import.meta.url)
  const execArgv = [...NODE_OPTIONS, ...nodeOptions]
  const child = fork(script, [JSON.stringify(settings)], { execArgv })
  const ended = once(child, 'exit')
  const tell = (request: MemberRequest): void => void child.send(request)
  const failed = ended.then(() => Promise.reject(new Error('the member has ended')))
  failed.catch(() => {})
  await Promise.race([once(child, 'message'), failed])
  return {
    begin: () => tell('begin'),
    figures: async () => {
      const answer = once(child, 'message')
      tell('figures')
      const [figures] = (await Promise.race([answer, failed])) as [MemberFigures]
      return figures
    },
    stop: async () => {
      tell('stop')
      await ended
    },
  }
}
