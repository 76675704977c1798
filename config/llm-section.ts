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
    z.enum(['schema', 'prompt']),
    'schema',
    'schema: the server holds the model to a JSON schema. prompt: for servers that cannot; the model is told in words alone. What it answers is checked either way.',
  ),
  stream: option(
    z.boolean(),
    false,
    'Whether answers come in pieces, so that one that stops in the middle is given up after idleMs.',
  ),
  seed: option(z.int().min(0), 0, 'Seed of every request. The temperature is always 0.'),
  inputTokens: option(
    z.int().min(500),
    6_000,
    "Most tokens of a document in one request, as the pipeline's tokenizer counts. The context of the model has to hold them as its own tokenizer counts, 400 for the prompt and maxTokens. A longer document is summarised in parts, whose summaries are merged.",
  ),
  maxRequests: option(
    positive,
    32,
    'Most requests about one document. What is beyond is not read, and the summary is marked TRUNCATED.',
  ),
  maxTokens: option(
    z.int().min(100),
    512,
    'Most tokens of an answer; the model is asked for a quarter as many words, and for points.',
  ),
  fallback: option(
    z.enum(['none', 'extractive']),
    'none',
    'What becomes of a document that the model has no usable answer to. none: a dead letter. extractive: a summary by the model that models.summarise names, marked.',
  ),
  connectTimeoutMs: option(
    positive,
    3_000,
    'Milliseconds until an attempt to connect is given up, and until the list of models is there.',
  ),
  timeoutMs: option(
    z.int().min(100),
    60_000,
    'Milliseconds until one answer is given up. Also the longest pause that a server is left alone for when it asks. A document may take eight times as long, and longer where it takes more requests: its turn, pauses and a second attempt included.',
  ),
  idleMs: option(positive, 15_000, 'Milliseconds between two pieces of an answer, with stream.'),
  concurrency: option(
    z.int().min(1).max(1_000),
    8,
    'Requests under way at once; as many documents more wait for their turn.',
  ),
})
