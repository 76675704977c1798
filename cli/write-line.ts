/** What standard output and standard error are to the commands. */
export interface TextStream {
  readonly write: (text: string) => unknown
  /** Of a Node stream; a stream without it is never full. */
  readonly isTTY?: boolean
  /** Width of a terminal. */
  readonly columns?: number
  readonly once?: (event: 'drain', listener: () => void) => unknown
}

/** Whether lines for people may be painted there: on a terminal, unless its user wants none of that (no-color.org). */
export const takesPaint = (stream: TextStream): boolean =>
  stream.isTTY === true && process.env['NO_COLOR'] === undefined

/** On a terminal, text in place of what the line of the cursor shows: progress, mostly. */
export const onCleanLine = (text: string): string => `\r\u001B[K${text}`

/** Writes a line; resolves when the stream can take the next one. */
export type WriteLine = (line: string) => Promise<void>

/** Lines at the pace of whoever reads them, in constant memory. */
export const lineWriter =
  (stream: TextStream): WriteLine =>
  async (line) => {
    if (stream.write(`${line}\n`) !== false) return
    await new Promise<void>((resolve) => {
      if (stream.once) stream.once('drain', resolve)
      else resolve()
    })
  }
