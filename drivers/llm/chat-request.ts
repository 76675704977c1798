import type { LlmOptions } from './options.ts'

/** A text as it is sent, and whether some of it was left out. */
export interface ReadText {
  readonly text: string
  readonly cut: boolean
}

/** The start of a text that is read. Never ends inside a character. */
export const readText = (text: string, maxChars: number): ReadText => {
  if (text.length <= maxChars) return { text, cut: false }
  const splits = /[\uD800-\uDBFF]/.test(text.charAt(maxChars - 1))
  return { text: text.slice(0, splits ? maxChars - 1 : maxChars), cut: true }
}

/** The body of a chat completion. Greedy and seeded, so that a repetition gives the same where the server can. */
export const chatRequest = (
  { model, prompt, stream, output, seed }: LlmOptions,
  text: string,
  maxTokens: number,
): Buffer =>
  Buffer.from(
    JSON.stringify({
      model,
      messages: [
        { role: 'system', content: prompt.system },
        { role: 'user', content: prompt.user(text, maxTokens) },
      ],
      temperature: 0,
      seed,
      max_tokens: maxTokens,
      ...(stream && { stream, stream_options: { include_usage: true } }),
      ...(output === 'schema' && {
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'answer', strict: true, schema: prompt.schema },
        },
      }),
    }),
  )
