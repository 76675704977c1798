import type { Budget } from '../budget.ts'
import { ElementScanner, nameCode, scanElements } from './element-scanner.ts'
import { cellString } from './cell-string.ts'

const [STRING, TEXT, READING] = [nameCode('si'), nameCode('t'), nameCode('rPh')]

/**
 * The texts that cells name by index (`xl/sharedStrings.xml`), each on one line, read while they are inflated. Readings of Japanese (`rPh`) are left
 * out. An empty part gives none.
 *
 * @throws ParseRefusal `too-large` when they hold more characters than a document may
 */
export const readSharedStrings = async (
  pieces: AsyncIterable<Buffer>,
  budget: Budget,
): Promise<readonly string[]> => {
  const strings: string[] = []
  let characters = 0
  let text = ''
  let inReading = false
  const scanner = new ElementScanner(
    {
      open: (name) => {
        if (name === READING) inReading = true
        else if (name === TEXT) scanner.wantsText = !inReading
      },
      close: (name) => {
        if (name === READING) inReading = false
        else if (name === TEXT) scanner.wantsText = false
        else if (name === STRING) {
          strings.push(cellString(text))
          text = ''
        }
      },
      text: (more) => {
        characters += more.length
        budget.checkCharacters(characters)
        text += more
      },
    },
    budget,
  )
  await scanElements(pieces, scanner)
  return strings
}
