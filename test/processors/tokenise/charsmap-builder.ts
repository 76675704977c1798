/**
 * A `precompiled_charsmap` in the way of SentencePiece's NFKC rules: compatibility characters of the first plane, composed
 * pairs, control characters that go and white space that becomes a space. As a double array in which each node has 256
 * places of its own: large, but simple.
 */
export function charsmapOf(): string {
  const rules = rulesOf()
  const outputs = new Map<string, number>()
  let text = ''
  let size = 0
  for (const output of new Set(rules.values())) {
    outputs.set(output, size)
    text += `${output}\0`
    size += Buffer.byteLength(output) + 1
  }
  const trie = doubleArray(
    [...rules].map(([key, output]) => [Buffer.from(key), outputs.get(output)!]),
  )
  const length = Buffer.alloc(4)
  length.writeUInt32LE(trie.byteLength)
  return Buffer.concat([
    length,
    Buffer.from(trie.buffer, 0, trie.byteLength),
    Buffer.from(text),
  ]).toString('base64')
}

function rulesOf(): Map<string, string> {
  const rules = new Map<string, string>()
  for (let point = 0xa0; point < 0x10000; point++) {
    if (point % 3 !== 0 || (point >= 0xd800 && point < 0xe000)) continue
    const character = String.fromCodePoint(point)
    const mapped = character.normalize('NFKC')
    if (mapped !== character) rules.set(character, mapped)
    const decomposed = character.normalize('NFD')
    if (decomposed !== character && point < 0x2000) rules.set(decomposed, character)
  }
  for (let point = 1; point < 0x20; point++) rules.set(String.fromCharCode(point), '')
  for (const space of ['\t', '\n', '\r', '\u00a0', '\u2028', '\u3000']) rules.set(space, ' ')
  for (const gone of ['\u200b', '\ufeff', '\u00ad']) rules.set(gone, '')
  return rules
}

interface Node {
  readonly children: Map<number, Node>
  value?: number
}

function doubleArray(keys: readonly (readonly [Buffer, number])[]): Uint32Array {
  const root: Node = { children: new Map() }
  let nodes = 1
  for (const [key, value] of keys) {
    let node = root
    for (const byte of key) {
      let next = node.children.get(byte)
      if (next === undefined) {
        next = { children: new Map() }
        nodes++
        node.children.set(byte, next)
      }
      node = next
    }
    node.value = value
  }
  const units = new Uint32Array(256 * (nodes + 1))
  let block = 0
  const place = (node: Node, at: number): void => {
    const base = 256 * ++block
    units[at] = (units[at]! | ((at ^ base) << 10)) >>> 0
    if (node.value !== undefined) {
      units[at] = (units[at]! | 0x100) >>> 0
      units[base] = (0x80000000 | node.value) >>> 0
    }
    for (const [byte, child] of node.children) {
      units[base ^ byte] = byte
      place(child, base ^ byte)
    }
  }
  place(root, 0)
  return units
}
