import type { Budget } from '../budget.ts'

/** What the window of the compression holds at the start (MS-OXRTFCP 2.1.2.1). */
const WINDOW_START =
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx'

const WINDOW_BYTES = 4096
const HEADER_BYTES = 16
const COMPRESSED = 0x75465a4c
const UNCOMPRESSED = 0x414c454d

/**
 * Undoes the compression of RTF bodies in Outlook messages. The claimed size is a limit only; a damaged stream gives what came
 * before the damage. Undefined where it is no such stream.
 *
 * @throws ParseRefusal `expansion`
 */
export const decompressRtf = (packed: Buffer, budget: Budget): Buffer | undefined => {
  if (packed.length < HEADER_BYTES) return undefined
  const claimed = packed.readUInt32LE(4)
  const kind = packed.readUInt32LE(8)
  if (kind === UNCOMPRESSED) return packed.subarray(HEADER_BYTES, HEADER_BYTES + claimed)
  if (kind !== COMPRESSED) return undefined
  // A reference takes two bytes and gives 17 at most.
  const most = Math.min(claimed, (packed.length - HEADER_BYTES) * 9)
  budget.countInflated(most)
  return inflate(packed, most)
}

const inflate = (packed: Buffer, most: number): Buffer => {
  const window = Buffer.alloc(WINDOW_BYTES)
  let head = window.write(WINDOW_START, 'latin1')
  const out = Buffer.alloc(most)
  let length = 0
  const put = (byte: number): void => {
    if (length < most) out[length] = byte
    length += 1
    window[head] = byte
    head = (head + 1) % WINDOW_BYTES
  }
  let position = HEADER_BYTES
  while (position < packed.length && length < most) {
    const control = packed[position] ?? 0
    position += 1
    for (let bit = 0; bit < 8 && position < packed.length && length < most; bit += 1) {
      if ((control & (1 << bit)) === 0) {
        put(packed[position] ?? 0)
        position += 1
        continue
      }
      const reference = ((packed[position] ?? 0) << 8) | (packed[position + 1] ?? 0)
      position += 2
      const from = reference >> 4
      if (from === head) return out.subarray(0, Math.min(length, most))
      for (let index = 0; index < (reference & 15) + 2; index += 1)
        put(window[(from + index) % WINDOW_BYTES] ?? 0)
    }
  }
  return out.subarray(0, Math.min(length, most))
}
