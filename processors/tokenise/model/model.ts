import type { Normalised } from '../normalise/normalised.ts'
import type { TokenBuffer } from '../token-buffer.ts'

/** Appends the tokens of the piece `[start, end)` of a normalised text. */
export type PieceModel = (text: Normalised, start: number, end: number, into: TokenBuffer) => void
