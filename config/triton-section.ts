import { z } from 'zod'
import { option, optional, positive, section, secrets } from './option.ts'

const path = z.string().min(1)

/** How Triton is reached, where `drivers.models` is `triton`. */
export const tritonSection = section({
  endpoints: option(
    z.array(
      z
        .string()
        .regex(/^https?:\/\/[^\s/@?#]+$/, 'expected http(s)://host:port without user and path'),
    ),
    [],
    'Base URLs of servers that have the same models; a request goes to the one with the fewest under way.',
  ),
  credentials: secrets(
    'What is sent in tokenHeader, under the name token. From the environment or *_FILE only.',
  ),
  tokenHeader: option(
    z.string().regex(/^[a-z0-9-]+$/, 'expected the name of a header in lower case'),
    'authorization',
    'Header of the token: "Bearer TOKEN" in authorization, the token alone in others, as Triton wants it for restricted APIs.',
  ),
  caFile: optional(path, 'PEM file of authorities to trust; those of Node when left out.'),
  certFile: optional(path, "PEM file of the client's certificate, where servers ask for one."),
  keyFile: optional(path, 'PEM file of its private key.'),
  connectTimeoutMs: option(
    positive,
    3_000,
    'Milliseconds until an attempt to connect is given up, and until a server that failed must say that it is ready.',
  ),
  timeoutMs: option(
    z.int().min(100).max(20_000),
    15_000,
    'Milliseconds until one inference is given up. At most a third of what embed, classify and summarise wait for their models.',
  ),
  connections: option(
    positive,
    96,
    'Most connections to one server; each has one request at a time, and what waits for one counts as waiting for the server.',
  ),
})
