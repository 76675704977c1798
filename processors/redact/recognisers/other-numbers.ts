const BEFORE = 24
const AFTER = 5

/** An address, a path, a time stamp goes on behind it. */
const GOES_ON = /^(?:@|_[A-Za-z\d]|\/[A-Za-z]|-\d\dT\d)/
/** Glued to a path, to a decimal fraction, or to the dashes between the parts of a mail. */
const CARRIES_ON = /(?:[A-Za-z]\/|\d\.|-{2,})$/
const GLUED_WORD = /([A-Za-z]{2,})-$/
const NAMED =
  /(?:^|[^A-Za-z])(?:boundary|icq|uin|ref|reference|isbn|issn|rfc|pid|revision)[\s#:.="]{0,6}$/i
/** One of a row of bytes. */
const BYTES = /^\d\d(?: \d\d)*$/
const BYTE_BEFORE = /(?:^|\s)(?:[A-F][\dA-F]|\d[A-F])\s$/
const BYTE_AFTER = /^\s(?:[A-F][\dA-F]|\d[A-F])(?:\s|$)/
const YEAR = '(?:19|20)\\d\\d'
/** From year to year, a month of a year, the number of a document of a year. */
const YEARS = new RegExp(`^(?:${YEAR}-${YEAR}|${YEAR}-(?:0[1-9]|1[0-2])|\\(${YEAR}\\) ?\\d{1,4})$`)
const STATE = /[A-Z]{2}[ \t]{1,2}$/
const ZIP = /^\d{5}-\d{4}$/
/** Two round numbers. */
const RANGE = /^(\d{2,3})00-(\d{2,3})00$/
/** The identifier of a mail: digits that another label follows. */
const LABEL = /^\d{9,}$/
const NEXT_LABEL = /^\.[A-Za-z\d]/

/**
 * A number that could be a telephone number, beside `word`, which announces those, but is written or named as something else.
 * `strong`: the word says it is one; `call` or `message` do not.
 */
export const isOtherNumber = (
  text: string,
  start: number,
  end: number,
  word: string,
  strong: boolean,
): boolean => {
  const value = text.slice(start, end)
  const before = text.slice(Math.max(0, start - BEFORE), start)
  const after = text.slice(end, end + AFTER)
  if (GOES_ON.test(after) || CARRIES_ON.test(before) || NAMED.test(before)) return true
  const glued = before.endsWith('-') ? GLUED_WORD.exec(before)?.[1] : undefined
  if (glued !== undefined && !strong && glued.toLowerCase() !== word) return true
  if (BYTES.test(value) && (BYTE_BEFORE.test(before) || BYTE_AFTER.test(after))) return true
  if (YEARS.test(value) || (ZIP.test(value) && STATE.test(before))) return true
  return !strong && (RANGE.test(value) || (LABEL.test(value) && NEXT_LABEL.test(after)))
}
