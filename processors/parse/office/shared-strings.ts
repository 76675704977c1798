import type { Budget } from '../budget.ts'
import { streamXml } from '../xml.ts'
import { oneLine } from './worksheet.ts'

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
  let inText = false
  let inReading = false
  await streamXml(
    pieces,
    {
      open: (name) => {
        if (name === 'rPh') inReading = true
        else if (name === 't') inText = !inReading
      },
      close: (name) => {
        if (name === 'rPh') inReading = false
        else if (name === 't') inText = false
        else if (name === 'si') {
          strings.push(oneLine(text))
          text = ''
        }
      },
      text: (more) => {
        if (!inText) return
        characters += more.length
        budget.checkCharacters(characters)
        text += more
      },
    },
    budget,
  )
  return strings
}
