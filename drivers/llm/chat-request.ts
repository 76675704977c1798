import type { ChatInput } from '../../topology/ports/model-server.ts'
import type { LlmOptions } from './options.ts'

/** The body of a chat completion. Greedy and seeded, so that a repetition gives the same where the server can. */
export const chatRequest = (
  { model, stream, output, seed }: LlmOptions,
  { system, user, schema }: ChatInput,
  maxTokens: number,
): Buffer =>
  Buffer.from(
    JSON.stringify({
      model,
      messages: [
        { role: 'system', content: system },
        { role: 'user', content: user },
      ],
      temperature: 0,
      seed,
      max_tokens: maxTokens,
      ...(stream && { stream, stream_options: { include_usage: true } }),
      ...(output === 'schema' && {
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'answer', strict: true, schema },
        },
      }),
    }),
  )
