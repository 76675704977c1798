import { readFileSync } from 'node:fs'

/**
 * Bytes of mapped files that count as memory of this process: the pages of LMDB that were touched, and those around them that
 * the system brings along, besides node itself. 0 where the system does not tell (it is Linux that does).
 */
export const mappedBytes = (): number => {
  try {
    const kilobytes = /^RssFile:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'))
    return Number(kilobytes?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}
