import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'

const unsupported = new Set(['EPERM', 'EISDIR', 'EACCES', 'EINVAL', 'ENOTSUP'])

/** Makes the names in a folder survive a power cut, where the system can sync folders (Windows cannot). */
const syncFolder = async (path: string): Promise<void> => {
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (process.platform === 'win32' && unsupported.has(error.code ?? '')) return undefined
    throw error
  })
  try {
    await handle?.sync()
  } catch (error) {
    if (!unsupported.has((error as NodeJS.ErrnoException).code ?? '')) throw error
  } finally {
    await handle?.close()
  }
}

export interface FolderSync {
  /** Makes the folder and its parents, durably. */
  readonly make: (path: string) => Promise<void>
  /** Resolves when the names that are in the folder now are durable. Concurrent calls share a sync. */
  readonly sync: (path: string) => Promise<void>
}

interface Running {
  readonly current: Promise<void>
  next?: Promise<void>
}

/** Folders remembered as made; forgotten all at once beyond it. */
const mostKnown = 10_000

export const createFolderSync = (options: { readonly durable: boolean }): FolderSync => {
  const known = new Set<string>()
  const running = new Map<string, Running>()

  const start = (path: string): Promise<void> => {
    const current = syncFolder(path).finally(() => {
      if (running.get(path)?.current === current) running.delete(path)
    })
    running.set(path, { current })
    return current
  }

  /** A sync that has begun may have missed the caller's name: join the one after it. */
  const sync = (path: string): Promise<void> => {
    if (!options.durable) return Promise.resolve()
    const now = running.get(path)
    if (!now) return start(path)
    const after = (): Promise<void> => start(path)
    return (now.next ??= now.current.then(after, after))
  }

  const make = async (path: string): Promise<void> => {
    if (known.has(path)) return
    const first = await mkdir(path, { recursive: true })
    if (first !== undefined)
      for (let each = path; each.length >= first.length; each = dirname(each))
        await sync(dirname(each))
    if (known.size >= mostKnown) known.clear()
    known.add(path)
  }

  return { make, sync }
}
