import { eastAsianName } from './east-asian-name.ts'

/** What headers put before a name and texts leave out, and behind a comma what is no given name. */
const TITLES =
  /^(?:(?:dr|prof|professor|mr|mrs|ms|miss|mx|sir|dame|rev|herr|frau|ing|dipl|mag|med|phil|mme|mlle|sr|sra|dott|ir|drs)(?:\.-?\s*|\s+|$))+/iu
/** Behind it stands what the name is here for: a list, a company, a department. */
const ROLE =
  /\s+(?:via|through|c\/o|on behalf of|im auftrag(?: von)?|för|pour)\s.*$|\s*[/|•·–—].*$|\s+-\s.*$/iu
const MARKS = /[^\p{L}\p{M}\p{N}'’.-]+/gu
const BRACKETS = /[([{（【「].*?(?:[)\]}）】」]|$)/gu

const wordsOf = (name: string): number => (name.match(/[\p{L}\p{M}]{2,}/gu) ?? []).length

/** `Example, Ada` is also looked for as `Ada Example`; where two words or more stand before the comma, a degree or a post may follow. */
const turned = (name: string): readonly string[] => {
  const [last = '', first = '', ...rest] = name.split(',').map((part) => part.trim())
  if (first === '') return [last]
  const whole = wordsOf(last) >= 2 ? [last] : []
  return rest.length === 0 ? [...whole, name, `${first} ${last}`] : [...whole, name]
}

const EAST_ASIAN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3005\u30fc]+(?:[\s,\u30fb]+[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3005\u30fc]+)*/gu

/** Where a name stands in two scripts, one of them often in brackets, both are names. */
const spacedNames = (header: string): readonly string[] => {
  const other = header.replace(EAST_ASIAN, ' ')
  const bare =
    other === header ? header.replace(BRACKETS, ' ').replace(ROLE, '') : other.replace(MARKS, ' ')
  return turned(bare.trim().replace(TITLES, '').trim()).filter((name) => wordsOf(name) >= 2)
}

const HONORIFIC = /(?:様|さん|殿|氏|先生|教授|女士|님|씨)$/u
/** A post or a department, not a part of a name. */
const DEPARTMENT = /(?:部|課|课|科|室|组|組|社|店|局|公司|大学|부|팀)$/u
/** Longer ones are names with something else. */
const MOST_JOINED = 6

/** Parts of a name in the order of the header, without what stands behind them. */
const partsOfName = (run: string): readonly string[] => {
  const parts = run.split(/[\s,\u30fb]+/u).map((part) => part.replace(HONORIFIC, ''))
  const named = parts.filter((part) => part !== '' && !DEPARTMENT.test(part))
  const [first = ''] = named
  return named.join('').length <= MOST_JOINED
    ? named
    : first.length >= 3
      ? [first]
      : named.slice(0, 2)
}

/** With the blank of a header and without it, and with the family name at either end. */
const joinedNames = (header: string): readonly string[] =>
  [header, header.normalize('NFKC')]
    .flatMap((form) => form.match(EAST_ASIAN) ?? [])
    .flatMap((run) => {
      const parts = partsOfName(run)
      const joined = eastAsianName(parts.join(''))
      if (joined === undefined) return []
      if (parts.length === 2) return [joined, parts.join(' '), parts.toReversed().join('')]
      const cuts = joined.length === 4 ? [1, 2] : [1]
      return [joined, ...cuts.map((at) => `${joined.slice(0, at)} ${joined.slice(at)}`)]
    })

/** What is longer is looked for as it stands: it holds more than a name, and blanks without end would cost their square. */
const MOST = 256

/**
 * How a text may write the person of a header: without titles, degrees, and what stands in brackets or behind `via`, `/` or `|`, family name first
 * or last; each script by itself. Nothing where only one word is left, which may be any word.
 */
export const writtenNames = (header: string): readonly string[] => {
  const names = header.length > MOST ? [] : [...spacedNames(header), ...joinedNames(header)]
  return [...new Set(wordsOf(header) >= 2 ? [header, ...names] : names)]
}
