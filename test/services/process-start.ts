import { execFileSync } from 'node:child_process'

/** When a process started, as the system tells it; undefined when there is none of this id. */
export const processStartedAt = (pid: number): string | undefined => {
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, LC_ALL: 'C' },
    })
    return text.trim() || undefined
  } catch {
    return undefined
  }
}
