import { z } from 'zod'
import { option, optional, positive, section, secrets } from './option.ts'

/** How a Redis is reached, for the cache. */
export const redisSection = section({
  url: optional(
    z
      .string()
      .regex(
        /^rediss?:\/\/[^\s/@?#]+(?:\/\d+)?$/,
        'expected redis://host:port or rediss://host:port, a database after a slash, no user',
      ),
    'Address of a Redis 7 or newer, or a Valkey: redis://127.0.0.1:6379, rediss://cache:6380/2 over TLS.',
  ),
  username: optional(z.string().min(1), 'User; the default one when left out.'),
  credentials: secrets(
    'Its password, under the name password. From the environment or *_FILE only.',
  ),
  caFile: optional(
    z.string().min(1),
    'PEM file of authorities to trust; those of Node when left out.',
  ),
  prefix: option(
    z.string().regex(/^[A-Za-z0-9._:-]*$/, 'expected letters, digits, dots, colons, hyphens'),
    'archive-streams:',
    'Put before every key, so that several deployments share a Redis.',
  ),
  connectTimeoutMs: option(
    positive,
    2_000,
    'Milliseconds until an attempt to connect is given up; a start waits for one attempt.',
  ),
  timeoutMs: option(
    positive,
    1_000,
    'Milliseconds until a call is given up; what called goes on without the cache.',
  ),
  negativeMs: option(
    positive,
    30_000,
    'Milliseconds that the cache remembers for readers that a document has no summary.',
  ),
})
