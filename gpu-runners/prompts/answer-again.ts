import { hash } from 'node:crypto'
import type { ChatInput } from '../../topology/ports/model-server.ts'

const NAME = 'answer-again'
const VERSION = 1

/** `why` is a sentence of ours: nothing of what the model said is in it. */
const asked = (why: string): string =>
  `An answer to this was not usable: ${why}. Answer again: one JSON object as described, shorter than before, that cites only ids which stand in the document above.`

/** The same question, for a model whose first answer was not usable. Frozen, as every prompt is. */
export const answerAgain = {
  id: `${NAME}@${VERSION}`,
  hash: hash('sha256', JSON.stringify([NAME, VERSION, asked('')])),
  render: (chat: ChatInput, why: string): ChatInput => ({
    ...chat,
    user: `${chat.user}\n\n${asked(why)}`,
  }),
}
