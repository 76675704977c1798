import type { CompoundContent } from './a-compound-file.ts'

/** Text properties by id in hex, as Unicode; bytes as they are. */
export const properties = (values: Readonly<Record<string, string | Buffer>>): CompoundContent =>
  Object.fromEntries(
    Object.entries(values).map(([id, value]) =>
      typeof value === 'string'
        ? [`__substg1.0_${id}001F`, Buffer.from(value, 'utf16le')]
        : [`__substg1.0_${id}0102`, value],
    ),
  )

/** The stream of fixed values: `[id, type, value]`. */
export const fixed = (
  headerBytes: number,
  values: readonly (readonly [number, number, bigint])[],
): CompoundContent => {
  const bytes = Buffer.alloc(headerBytes + values.length * 16)
  values.forEach(([id, type, value], index) => {
    const at = headerBytes + index * 16
    bytes.writeUInt16LE(type, at)
    bytes.writeUInt16LE(id, at + 2)
    bytes.writeBigUInt64LE(value, at + 8)
  })
  return { '__properties_version1.0': bytes }
}

/** 2024-01-02T03:04:05Z as Windows counts time. */
export const A_TIME = (BigInt(Date.UTC(2024, 0, 2, 3, 4, 5)) + 11_644_473_600_000n) * 10_000n

/** A message from Ada to Bob. */
export const aMessage = (
  more: CompoundContent,
  headerBytes = 32,
  values: readonly (readonly [number, number, bigint])[] = [[0x39, 0x40, A_TIME]],
): CompoundContent => ({
  ...fixed(headerBytes, values),
  ...properties({ '0037': 'Engines', '0C1A': 'Ada', '5D01': 'ada@example.org', '1035': '<m@x>' }),
  '__recip_version1.0_#00000000': {
    ...fixed(8, [[0x0c15, 3, 1n]]),
    ...properties({ 3001: "'Bob'", 3003: '/O=X/CN=BOB', '39FE': 'Bob@example.org' }),
  },
  '__recip_version1.0_#00000001': {
    ...fixed(8, [[0x0c15, 3, 2n]]),
    ...properties({ 3003: 'eve@example.org' }),
  },
  ...more,
})
