import { hash } from 'node:crypto'

/**
 * Every run of white space (see is-space.ts) that is not one plain space already: few, so that most text is not copied.
 */
const UNEVEN_SPACE =
  / [\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+|[\t-\r\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff][\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]*/g

/** Text below the first combining mark is composed already. */
const MAY_COMPOSE = /[\u0300-\uffff]/

/**
 * Hex SHA-256 of a text that does not tell apart how its characters are composed (NFC), nor how much and which white space
 * stands in it or around it: equal for texts that say the same in the same words, wherever they stand.
 */
export function textHash(text: string): string {
  const even = (MAY_COMPOSE.test(text) ? text.normalize('NFC') : text).replace(UNEVEN_SPACE, ' ')
  return hash(
    'sha256',
    even.slice(even.startsWith(' ') ? 1 : 0, even.endsWith(' ') ? -1 : undefined),
  )
}
