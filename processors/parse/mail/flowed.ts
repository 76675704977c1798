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
    const stuffed = line.slice(quotes)
    const content = stuffed.startsWith(' ') ? stuffed.slice(1) : stuffed
    const separator = content === '-- '
    const goesOn = open && quotes === depth && !separator
    open = content.endsWith(' ') && !separator
    depth = quotes
    // The first line of a quote keeps its marks as they are.
    const whole = goesOn || quotes === 0 ? content : line
    const piece = open && deleteSpace ? whole.slice(0, -1) : whole
    if (goesOn) out[out.length - 1] += piece
    else out.push(piece)
  }
  return out.join('\n')
}

const quoteDepth = (line: string): number => {
  let depth = 0
  while (line.charCodeAt(depth) === 62) depth += 1
  return depth
}
