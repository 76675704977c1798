const QUOTE = 34

/** The delimiter of a table: the most frequent of comma, semicolon, tab and bar outside quotes in its header. */
export const delimiterOf = (header: string): string => {
  const outside = header.replace(/"[^"]*"/g, '')
  const candidates = [',', ';', '\t', '|']
  const counts = candidates.map((candidate) => outside.split(candidate).length - 1)
  return candidates[counts.indexOf(Math.max(...counts))] ?? ','
}

/** The fields of one record (RFC 4180: quoted fields may hold delimiters, line ends and doubled quotes). Linear. */
export const parseCsvRecord = (record: string, delimiter: string): string[] => {
  const text = record.replace(/\r?\n$/, '')
  const fields: string[] = []
  let position = 0
  while (position <= text.length) {
    if (text.charCodeAt(position) === QUOTE) {
      const end = endOfQuoted(text, position)
      const next = text.indexOf(delimiter, end)
      const stop = next === -1 ? text.length : next
      fields.push(text.slice(position + 1, end).replaceAll('""', '"') + text.slice(end + 1, stop))
      position = stop + 1
    } else {
      const next = text.indexOf(delimiter, position)
      const stop = next === -1 ? text.length : next
      fields.push(text.slice(position, stop))
      position = stop + 1
    }
  }
  return fields
}

const endOfQuoted = (text: string, start: number): number => {
  let index = start + 1
  for (;;) {
    const quote = text.indexOf('"', index)
    if (quote === -1) return text.length
    if (text.charCodeAt(quote + 1) !== QUOTE) return quote
    index = quote + 2
  }
}
