/** A line longer than the limit: it was read past, not kept. */
export interface TooLong {
  readonly kind: 'too-long'
}

const LF = 10

/**
 * The lines of a stream of any length, in memory of one line. A line longer than `maxBytes` comes as {@link TooLong}. Only
 * a line feed ends a line: JSON may hold the other line ends of Unicode as they are, which `node:readline` would split at.
 */
export async function* splitLines(
  stream: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<string | TooLong> {
  let kept: Buffer[] = []
  let size = 0
  const add = (piece: Buffer): void => {
    size += piece.length
    if (size <= maxBytes) kept.push(piece)
    else kept = []
  }
  const take = (): string | TooLong => {
    const line = size > maxBytes ? ({ kind: 'too-long' } as const) : Buffer.concat(kept).toString()
    kept = []
    size = 0
    return line
  }
  for await (const bytes of stream) {
    const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    let from = 0
    for (let end = piece.indexOf(LF); end >= 0; end = piece.indexOf(LF, from)) {
      add(piece.subarray(from, end))
      yield take()
      from = end + 1
    }
    // Copied: a stream may use its buffer again.
    add(Buffer.from(piece.subarray(from)))
  }
  if (size > 0) yield take()
}
