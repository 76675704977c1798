import { z } from 'zod'
import { option, optional, positive, section, secrets } from './option.ts'

/** How Qdrant is reached, for vectors, and what its collections are made with. */
export const qdrantSection = section({
  url: optional(
    z.string().regex(/^https?:\/\/[^\s/@?#]+$/, 'expected http(s)://host:port without path'),
    'Address of a Qdrant 1.16 or newer, its REST port: http://127.0.0.1:6333. Authorities of its own go into NODE_EXTRA_CA_CERTS.',
  ),
  credentials: secrets('Its API key, under the name api-key. From the environment or *_FILE only.'),
  prefix: option(
    z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'expected letters, digits, underscores, hyphens'),
    'archive',
    'Alias that searchers use, and the beginning of the name of every collection; nothing else on the server is touched.',
  ),
  quantisation: option(
    z.enum(['none', 'scalar', 'binary']),
    'none',
    'What new collections search with before they compare floats: bytes (scalar, a fourth of the memory) or bits (binary).',
  ),
  onDisk: option(
    z.boolean(),
    false,
    'Whether new collections keep floats on the disk only. Goes with quantisation.',
  ),
  graph: option(
    z.enum(['shared', 'per-tenant']),
    'shared',
    'Whether new collections have one graph over all points, or one per tenant: for many tenants that search only their own.',
  ),
  shards: optional(positive, "Shards of new collections; the server's default when left out."),
  replicas: optional(positive, "Copies of new collections; the server's default when left out."),
  ordering: option(
    z.enum(['weak', 'medium', 'strong']),
    'weak',
    'Order of writes across copies: weak for one copy, medium or strong for more.',
  ),
  search: option(
    z.enum(['approximate', 'exact']),
    'approximate',
    'Whether searches use the graph, or compare with every point.',
  ),
  batchPoints: option(positive, 256, 'Most points of one request.'),
  connections: option(positive, 4, 'Most requests with points at once.'),
  attemptMs: option(positive, 10_000, 'Milliseconds until an attempt is given up.'),
  deadlineMs: option(
    positive,
    30_000,
    'Milliseconds until a call is given up with all its attempts, and tried again by the stage. At most half of vectors.timeoutMs.',
  ),
  attempts: option(positive, 8, 'Attempts of one call until it is given up.'),
})
