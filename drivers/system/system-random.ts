import type { Random } from '../../topology/ports/random.ts'

export const systemRandom: Random = { next: () => Math.random() }
