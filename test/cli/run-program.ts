import { exitWith } from '../../cli/exit-with.ts'
import { createProgram } from '../../cli/program.ts'

/** How a command ended and what it said. */
export interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs a command inside this process; on a terminal when `isTTY`. */
export const runProgram = async (
  args: readonly string[],
  input = '',
  isTTY = false,
): Promise<Said> => {
  let code = 0
  const out: string[] = []
  const err: string[] = []
  const into = (pieces: string[]) => ({
    write: (text: string) => void pieces.push(text),
    isTTY,
  })
  async function* stdin(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(input)
  }
  const streams = { input: stdin(), out: into(out), err: into(err) }
  const program = createProgram(streams, (answered) => (code = answered))
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    code = exitWith(error, streams.err)
  }
  return { code, out: out.join(''), err: err.join('') }
}

/** The JSON lines that a command wrote. */
export const linesOf = ({ out }: Said): readonly Record<string, unknown>[] =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
