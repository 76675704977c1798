import { z } from 'zod'
import { option, optional, positive, section, secrets } from './option.ts'

/** How a large language model is reached and asked, where `drivers.summaries` is `llm`. */
export const llmSection = section({
  url: optional(
    z
      .string()
      .regex(
        /^https?:\/\/[^\s/@?#]+(?:\/[^\s/@?#]+)*$/,
        'expected http(s)://host:port/v1 without user, and without a slash at its end',
      ),
    "Base URL of a server with OpenAI's chat completions; they lie at URL/chat/completions, its models at URL/models.",
  ),
  model: optional(
    z.string().regex(/^\S{1,200}$/, 'expected the name of a model without spaces'),
    'Name of the model at the server, pinned as exactly as the server can; it is written with every summary. An answer of another one is not taken.',
  ),
  credentials: secrets(
    'What is sent as bearer token, under the name key. From the environment or *_FILE only.',
  ),
  caFile: optional(
    z.string().min(1),
    'PEM file of authorities to trust; those of Node when left out.',
  ),
  output: option(
    z.enum(['schema', 'text']),
    'schema',
    'schema: the server holds the model to a JSON schema. text: for servers that cannot; the answer as it is counts as the summary.',
  ),
  stream: option(
    z.boolean(),
    false,
    'Whether answers come in pieces, so that one that stops in the middle is given up after idleMs.',
  ),
  seed: option(z.int().min(0), 0, 'Seed of every request. The temperature is always 0.'),
  maxInputChars: option(
    z.int().min(1_000),
    32_768,
    'UTF-16 units of a document that are read. The summary of a longer one is marked TRUNCATED. It has to fit the context of the model together with maxTokens.',
  ),
  maxTokens: option(
    z.int().min(16),
    400,
    'Most tokens of an answer; the model is asked for two fifths as many words.',
  ),
  connectTimeoutMs: option(
    positive,
    3_000,
    'Milliseconds until an attempt to connect is given up, and until the list of models is there.',
  ),
  timeoutMs: option(
    z.int().min(100),
    60_000,
    'Milliseconds until one answer is given up. Also the longest pause that a server is left alone for when it asks. A document may take eight times as long: its turn, pauses and a second attempt included.',
  ),
  idleMs: option(positive, 15_000, 'Milliseconds between two pieces of an answer, with stream.'),
  concurrency: option(
    positive,
    8,
    'Requests under way at once; as many documents more wait for their turn.',
  ),
})
