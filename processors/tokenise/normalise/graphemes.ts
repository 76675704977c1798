import { codePointSet } from '../code-point-set.ts'
import { CONTROL, EXTENDING, PICTOGRAPH, PREPENDED } from '../text-data.ts'

/** One past the last index of the grapheme cluster that begins at `start`. */
export type ClusterEnd = (points: Int32Array, start: number, end: number) => number

const JOINER = 0x200d

const isLead = (point: number): boolean =>
  (point >= 0x1100 && point < 0x1160) || (point >= 0xa960 && point < 0xa97d)
const isVowel = (point: number): boolean =>
  (point >= 0x1160 && point < 0x11a8) || (point >= 0xd7b0 && point < 0xd7c7)
const isFinal = (point: number): boolean =>
  (point >= 0x11a8 && point < 0x1200) || (point >= 0xd7cb && point < 0xd7fc)
const isSyllable = (point: number): boolean => point >= 0xac00 && point < 0xd7a4
const isFlagHalf = (point: number): boolean => point >= 0x1f1e6 && point < 0x1f200

function joinsHangul(left: number, right: number): boolean {
  if (isLead(left)) return isLead(right) || isVowel(right) || isSyllable(right)
  const openSyllable = isSyllable(left) && (left - 0xac00) % 28 === 0
  if (isVowel(left) || openSyllable) return isVowel(right) || isFinal(right)
  return (isFinal(left) || isSyllable(left)) && isFinal(right)
}

/** Extended grapheme clusters after UAX 29, over frozen tables. */
export function clusterFinder(): ClusterEnd {
  const control = codePointSet(CONTROL).has
  const extending = codePointSet(EXTENDING).has
  const prepended = codePointSet(PREPENDED).has
  const pictograph = codePointSet(PICTOGRAPH).has
  return (points, start, end) => {
    let i = start + 1
    let left = points[start]!
    if (left === 0x0d && i < end && points[i] === 0x0a) return i + 1
    if (control(left)) return i
    let flagHalves = isFlagHalf(left) ? 1 : 0
    let inEmoji = pictograph(left)
    for (; i < end; i++) {
      const right = points[i]!
      if (control(right)) return i
      const extends_ = extending(right)
      const joins =
        extends_ ||
        prepended(left) ||
        joinsHangul(left, right) ||
        (inEmoji && left === JOINER && pictograph(right)) ||
        (flagHalves === 1 && isFlagHalf(left) && isFlagHalf(right))
      if (!joins) return i
      if (isFlagHalf(right)) flagHalves++
      inEmoji = pictograph(right) || (extends_ && inEmoji)
      left = right
    }
    return i
  }
}
