import { z } from 'zod'
import { splitLines } from './split-lines.ts'
import { failed as failure, type Failed } from './try-result.ts'

/** What a stage is tried on. */
export type TrySource =
  | { readonly kind: 'text'; readonly text: string; readonly name?: string }
  /** A path, or a `file:` URI that may point into a container. */
  | { readonly kind: 'file'; readonly path: string }

/** One thing to try a stage on, or why it could not be read. */
export interface TryItem {
  /** Fields of the input line that the output repeats, so that results can be joined with it. */
  readonly echo: Readonly<Record<string, unknown>>
  readonly input: TrySource | Failed
}

/** Files as items, in the order given. */
export async function* itemsOfFiles(paths: readonly string[]): AsyncGenerator<TryItem> {
  for (const path of paths) yield { echo: { path }, input: { kind: 'file', path } }
}

/** Lines `{"id", "text"}` or `{"id", "path"}` as items. Blank lines are left out; other members are ignored. */
export async function* itemsOfLines(
  stream: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<TryItem> {
  let line = 0
  for await (const text of splitLines(stream, maxBytes)) {
    line++
    if (typeof text !== 'string') {
      yield failed({ line }, 'too-large', `the line has more than ${maxBytes} bytes`)
    } else if (text.trim() !== '')
      yield itemOf(line === 1 ? text.replace(/^\uFEFF/, '') : text, line)
  }
}

const lineSchema = z.object({
  id: z.union([z.string(), z.number()]).optional(),
  text: z.string().optional(),
  path: z.string().min(1).optional(),
  name: z.string().optional(),
})

const itemOf = (text: string, line: number): TryItem => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return failed({ line }, 'line-invalid', 'the line is not JSON')
  }
  const parsed = lineSchema.safeParse(value)
  if (!parsed.success) {
    const where = parsed.error.issues.map(({ path }) => path.join('.') || 'the line').join(', ')
    return failed(
      idOf(value) ?? { line },
      'line-invalid',
      `expected {"id", "text"} or {"id", "path"}; wrong: ${where}`,
    )
  }
  const { id, path, name } = parsed.data
  const echo = {
    ...(id !== undefined && { id }),
    ...(path !== undefined && { path }),
    ...(id === undefined && path === undefined && { line }),
  }
  if ((parsed.data.text === undefined) === (path === undefined))
    return failed(echo, 'line-invalid', 'a line has either "text" or "path"')
  if (path !== undefined) return { echo, input: { kind: 'file', path } }
  const source = { kind: 'text', text: parsed.data.text ?? '' } as const
  return { echo, input: name === undefined ? source : { ...source, name } }
}

const idOf = (value: unknown): Record<string, unknown> | undefined => {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined
  return typeof id === 'string' || typeof id === 'number' ? { id } : undefined
}

const failed = (echo: TryItem['echo'], code: string, message: string): TryItem => ({
  echo,
  input: failure(code, message),
})
