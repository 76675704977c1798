import type { ChatInput, InferenceRequest } from '../../topology/ports/model-server.ts'
import type { LlmOptions } from './options.ts'

/** Enough for another answer, and little enough for it to keep to the schema. */
const SECOND_TEMPERATURE = 0.3

/**
 * The body of a chat completion. Greedy and seeded, so that a repetition gives the same where the server can; a second attempt
 * is to give another answer, the same one each time.
 */
export const chatRequest = (
  { model, stream, output, seed }: LlmOptions,
  { system, user, schema }: ChatInput,
  maxTokens: number,
  attempt?: InferenceRequest['attempt'],
): Buffer =>
  Buffer.from(
    JSON.stringify({
      model,
      messages: [
        { role: 'system', content: system },
        { role: 'user', content: user },
      ],
      temperature: attempt === undefined ? 0 : SECOND_TEMPERATURE,
      seed: attempt === undefined ? seed : seed + 1,
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
