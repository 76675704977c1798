import { matchAt, type Cue } from './cue.ts'

const SCORE = 55
const HAN = '\\u4e00-\\u9fff'
const KANA = '\\u3041-\\u30fe'
const HANGUL = '\\uac00-\\ud7a3'
const COLON = '["\']?[ ]{0,2}[:：][ "\']{0,3}'
/** The value is the last cell of its line. */
const CELL = '[ ]{0,3}[\\t|][ ]{0,3}'
/** Nor the next label. */
const NO_LETTER = `(?![${HAN}${KANA}${HANGUL}:：])`
const LAST_CELL = '(?=[ \\t]{0,3}\\|?[ \\t]{0,3}(?:[\\r\\n]|$))'
const NAME = `([${HAN}${KANA}${HANGUL}]{2,8}(?: [${HAN}${KANA}]{1,6})?)${NO_LETTER}`
/** Up to four characters, as names have them, and what they are addressed by. */
const SHORT_NAME = `((?:[${HAN}]{2,4}(?: [${HAN}${KANA}]{1,4})?|[${HANGUL}]{2,4}))(?:様|さん|先生|女士|小姐|님|씨)?${NO_LETTER}`
/** What tables and forms have behind such labels that is no name. */
const NO_NAME =
  /^(?:性别|性別|年龄|年齢|电话|電話|地址|住所|邮箱|部门|部署|职位|役職|이메일|전화|주소|나이|성별|未定|不明|男性|女性|なし|없음|미정)|[部課课科店社司心服局室院所係者員员组組]$/

const labelled = (form: string): Cue => {
  const patterns = [
    new RegExp(`${COLON}${form}`, 'y'),
    new RegExp(`${CELL}${form}${LAST_CELL}`, 'y'),
  ]
  return (text, _start, end) => {
    for (const pattern of patterns) {
      const place = matchAt(pattern, text, end)
      if (!place || NO_NAME.test(text.slice(place[0], place[1]))) continue
      return {
        start: place[0],
        end: place[1],
        type: 'PERSON',
        score: SCORE,
        recogniser: 'name/label',
      }
    }
    return undefined
  }
}

/** `姓名：王芳`: the label says that it is a name. */
export const cjkName: Cue = labelled(NAME)

/** `担当: 田中`: the label says what somebody does, and may have a department behind it. */
export const cjkRole: Cue = labelled(SHORT_NAME)
