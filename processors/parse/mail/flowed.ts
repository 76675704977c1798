/**
 * Joins the lines of `format=flowed` text (RFC 3676): a line that ends in a space goes on in the next one of the same quote
 * depth; `-- ` never does. With `delsp` the joining space goes away. Linear; line ends must be LF.
 */
export const unflow = (text: string, deleteSpace: boolean): string => {
  const out: string[] = []
  let open = false
  let depth = 0
  for (const line of text.split('\n')) {
    const quotes = quoteDepth(line)
    const content = unstuff(line.slice(quotes))
    const separator = content === '-- '
    const goesOn = open && quotes === depth && !separator
    open = content.endsWith(' ') && !separator
    depth = quotes
    const piece = open && deleteSpace ? content.slice(0, -1) : content
    if (goesOn) out[out.length - 1] += piece
    else out.push(quotes > 0 ? `${'>'.repeat(quotes)} ${piece}` : piece)
  }
  return out.join('\n')
}

const quoteDepth = (line: string): number => {
  let depth = 0
  while (line.charCodeAt(depth) === 62) depth += 1
  return depth
}

const unstuff = (content: string): string => (content.startsWith(' ') ? content.slice(1) : content)
