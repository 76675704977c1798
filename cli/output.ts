/** Where commands say things: people read lines, programs read JSON. Never both on standard output. */
export interface Output {
  readonly json: boolean
  /** For people; silent with `--json`. */
  readonly line: (text?: string) => void
  /** A line with colours of our own, as it is: nothing else in it may steer a terminal. */
  readonly painted: (text: string) => void
  /** For programs; silent without `--json`. */
  readonly value: (value: unknown) => void
  /** Progress and warnings, on standard error. */
  readonly note: (text: string) => void
}

/** A long beyond 2^53 is printed as a string, so that nothing is lost. */
export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_key, each: unknown) => {
    if (typeof each === 'bigint') {
      const number = Number(each)
      return Number.isSafeInteger(number) ? number : each.toString()
    }
    return each instanceof Map ? Object.fromEntries(each) : each
  })

/** Control characters of documents and file names would tell a terminal what to do; line feeds and tabs stay. */
export const harmless = (text: string): string => text.replaceAll(/(?![\t\n])\p{Cc}/gu, '\u{fffd}')

export const createOutput = (
  json: boolean,
  out: { readonly write: (text: string) => unknown },
  err: { readonly write: (text: string) => unknown },
): Output => ({
  json,
  line: (text = '') => {
    if (!json) out.write(`${harmless(text)}\n`)
  },
  painted: (text) => {
    if (!json) out.write(`${text}\n`)
  },
  value: (value) => {
    if (json) out.write(`${toJson(value)}\n`)
  },
  note: (text) => void err.write(`${harmless(text)}\n`),
})

/** `1 document`, `2 documents`, `0 entries`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`

/** Aligned columns: numbers right, text left. */
export const table = (
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): readonly string[] => {
  const cells = [head, ...rows.map((row) => row.map(String))]
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const right = head.map((_, column) => rows.every((row) => typeof row[column] === 'number'))
  return cells.map((row) =>
    row
      .map((cell, column) =>
        right[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
}
