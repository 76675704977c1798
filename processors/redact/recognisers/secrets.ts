import { isToken } from '../char-classes.ts'

interface Kind {
  readonly name: string
  readonly pattern: RegExp
}

/** Characters that end a key on its right. */
const END = '(?![A-Za-z0-9_-])'
const kind = (name: string, pattern: string): Kind => ({
  name,
  pattern: new RegExp(pattern + END, 'y'),
})

/**
 * Keys that say by their first letters what they are, by the first token of their form. Lengths are those the
 * providers publish; a few allow a range because they have changed it.
 */
const BY_PREFIX: ReadonlyMap<string, readonly Kind[]> = new Map([
  ['AKIA', [kind('aws-access-key', 'AKIA[0-9A-Z]{16}')]],
  ['ASIA', [kind('aws-access-key', 'ASIA[0-9A-Z]{16}')]],
  ['ABIA', [kind('aws-access-key', 'ABIA[0-9A-Z]{16}')]],
  ['ghp_', [kind('github', 'ghp_[0-9A-Za-z]{36,255}')]],
  ['gho_', [kind('github', 'gho_[0-9A-Za-z]{36,255}')]],
  ['ghu_', [kind('github', 'ghu_[0-9A-Za-z]{36,255}')]],
  ['ghs_', [kind('github', 'ghs_[0-9A-Za-z]{36,255}')]],
  ['ghr_', [kind('github', 'ghr_[0-9A-Za-z]{36,255}')]],
  ['gith', [kind('github', 'github_pat_[0-9A-Za-z_]{40,255}')]],
  ['glpa', [kind('gitlab', 'glpat-[0-9A-Za-z_-]{20,64}')]],
  ['xoxb', [kind('slack', 'xoxb-[0-9A-Za-z-]{10,200}')]],
  ['xoxp', [kind('slack', 'xoxp-[0-9A-Za-z-]{10,200}')]],
  ['xoxa', [kind('slack', 'xoxa-[0-9A-Za-z-]{10,200}')]],
  ['xoxr', [kind('slack', 'xoxr-[0-9A-Za-z-]{10,200}')]],
  ['xoxs', [kind('slack', 'xoxs-[0-9A-Za-z-]{10,200}')]],
  ['xapp', [kind('slack', 'xapp-[0-9A-Za-z-]{10,200}')]],
  ['sk_l', [kind('stripe', 'sk_live_[0-9A-Za-z]{16,255}')]],
  ['sk_t', [kind('stripe', 'sk_test_[0-9A-Za-z]{16,255}')]],
  ['rk_l', [kind('stripe', 'rk_live_[0-9A-Za-z]{16,255}')]],
  ['rk_t', [kind('stripe', 'rk_test_[0-9A-Za-z]{16,255}')]],
  ['whse', [kind('stripe', 'whsec_[0-9A-Za-z+/=]{24,255}')]],
  ['AIza', [kind('google', 'AIza[0-9A-Za-z_-]{35}')]],
  ['GOCS', [kind('google', 'GOCSPX-[0-9A-Za-z_-]{28}')]],
  ['ya29', [kind('google', 'ya29\\.[0-9A-Za-z_-]{20,2048}')]],
  [
    'sk',
    [
      kind('anthropic', 'sk-ant-[0-9A-Za-z_-]{20,255}'),
      kind('openai', 'sk-(?:proj-|svcacct-|admin-)?[0-9A-Za-z_-]{20,255}'),
    ],
  ],
  ['npm_', [kind('npm', 'npm_[0-9A-Za-z]{36}')]],
  ['pypi', [kind('pypi', 'pypi-[0-9A-Za-z_-]{50,255}')]],
  ['SG', [kind('sendgrid', 'SG\\.[0-9A-Za-z_-]{22}\\.[0-9A-Za-z_-]{43}')]],
  ['hf_', [kind('hugging-face', 'hf_[0-9A-Za-z]{30,64}')]],
  ['dop_', [kind('digitalocean', 'dop_v1_[0-9a-f]{64}')]],
  ['shpa', [kind('shopify', 'shpat_[0-9a-fA-F]{32}')]],
  ['key', [kind('mailgun', 'key-[0-9a-f]{32}')]],
  [
    'eyJ',
    [kind('jwt', 'eyJ[0-9A-Za-z_-]{8,4096}\\.eyJ[0-9A-Za-z_-]{2,8192}\\.[0-9A-Za-z_-]{0,1024}')],
  ],
])

/** First two characters that some key has: the question asked for every token. */
const STARTS = new Uint8Array(128 * 128)
for (const prefix of BY_PREFIX.keys())
  STARTS[(prefix.charCodeAt(0) << 7) | prefix.charCodeAt(1)] = 1

export const mayBeKey = (first: number, second: number): boolean =>
  first < 128 && second < 128 && STARTS[(first << 7) | second] === 1

export interface SecretMatch {
  readonly end: number
  readonly name: string
}

/** The provider key that begins with the token `[start, end)`. */
export const keyAt = (text: string, start: number, end: number): SecretMatch | undefined => {
  const kinds =
    BY_PREFIX.get(text.slice(start, Math.min(end, start + 4))) ??
    BY_PREFIX.get(text.slice(start, Math.min(end, start + 3)))
  for (const { name, pattern } of kinds ?? []) {
    pattern.lastIndex = start
    if (pattern.test(text)) return { end: pattern.lastIndex, name }
  }
  return undefined
}

const TELEGRAM = /\d{8,10}:AA[0-9A-Za-z_-]{33}(?![0-9A-Za-z_-])/y

/** End of a Telegram bot token whose number begins at `start`, or -1. */
export const telegramEnd = (text: string, start: number): number => {
  TELEGRAM.lastIndex = start
  return TELEGRAM.test(text) ? TELEGRAM.lastIndex : -1
}

const PEM = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y
const PEM_END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g
const MAX_PEM = 16_384

/** End of the private key in PEM form that begins at `start`, or -1. One without an end reaches as far as one may be long. */
export const pemEnd = (text: string, start: number): number => {
  PEM.lastIndex = start
  if (!PEM.test(text)) return -1
  const body = text.slice(PEM.lastIndex, start + MAX_PEM)
  PEM_END.lastIndex = 0
  if (PEM_END.test(body)) return PEM.lastIndex + PEM_END.lastIndex
  return PEM.lastIndex + /^[\sA-Za-z0-9+/=:,-]*/.exec(body)![0].length
}

const NAMES =
  /(?:pass(?:word|wd|phrase|code)?|pwd|secret|secret[_-]?key|client[_-]?secret|api[_-]?key|apikey|access[_-]?key|private[_-]?key|account[_-]?key|auth[_-]?token|access[_-]?token|refresh[_-]?token|bearer[_-]?token|token|credentials?|passwort|kennwort|zugangscode|contraseña|contrasena|clave|senha|mot de passe|mdp|parola|wachtwoord|lösenord|losenord|salasana|hasło|haslo|пароль|şifre|密码|密碼|パスワード|비밀번호|كلمة المرور|סיסמה)["'”’)]{0,2}[ \t]{0,3}(?:is|ist|es|est|é)?[ \t]{0,3}$/iu
const STRONG_NAME = /[_-]?key|secret|token/i
const PLACEHOLDER =
  /^(?:[^\p{L}\p{N}]{0,3}\[[A-Z][A-Z0-9_]*(?:[_:][A-Za-z0-9-]+)?\]|[^\p{L}\p{N}]*[*#•✱█]{3}|[^\p{L}\p{N}]*[*#•✱█][^\p{L}\p{N}]*[\p{L}\p{N}]{0,4}$|.*(?:[a-z2-7]{20}@pseudonym\.invalid|\+999\d{12})|\$\{|\{\{|<|%[a-z]|null|none|undefined|true|false|required|optional)/iu
const VALUE = /[^\s"'“”<>,;|]{4,256}/y
const REACH = 32

/** Last two letters of the names above, and of a copula behind them. Other alphabets always get the full look. */
const NAME_ENDS = new Set(
  'rd wd pw se de ss et ey en al ls rt eñ ña na ve ha ns dp la ad ło lo re is st es'.split(' '),
)

/** A cheap look at the letters before the mark. */
const mayBeNamed = (text: string, mark: number): boolean => {
  let at = mark - 1
  while (at > 0 && mark - at < 5 && !isToken(text.charCodeAt(at))) at--
  return text.charCodeAt(at) > 127 || NAME_ENDS.has(text.slice(at - 1, at + 1).toLowerCase())
}

/** A value that stands behind `password:` or `api_key =`. `mark` is the place of the colon or equals sign. */
export const assignedSecret = (
  text: string,
  mark: number,
): readonly [number, number] | undefined => {
  const before = text.charCodeAt(mark - 1)
  if (
    !(before > 127) &&
    !isToken(before) &&
    before !== 32 &&
    before !== 34 &&
    before !== 39 &&
    before !== 41 &&
    before !== 9
  )
    return undefined
  if (!mayBeNamed(text, mark)) return undefined
  const name = NAMES.exec(text.slice(Math.max(0, mark - REACH), mark))
  if (!name) return undefined
  let start = mark + 1
  if (text.charCodeAt(start) === 61 || text.charCodeAt(start) === 62) start++
  for (let k = 0; k < 4 && /[ \t"'“`]/.test(text.charAt(start)); k++) start++
  VALUE.lastIndex = start
  if (!VALUE.test(text)) return undefined
  if (PLACEHOLDER.test(text.slice(start, VALUE.lastIndex))) return undefined
  const asked = /[?&]/.test(text.charAt(Math.max(0, mark - REACH) + name.index - 1))
  const end = trimmed(
    text,
    start,
    asked ? parameterEnd(text, start, VALUE.lastIndex) : VALUE.lastIndex,
  )
  const value = text.slice(start, end)
  if (value.length < 4) return undefined
  return plausible(text, name[0], value, end, mark) ? [start, end] : undefined
}

/** Where the value of a link's parameter ends. */
const parameterEnd = (text: string, start: number, end: number): number => {
  const next = text.slice(start, end).search(/[&#]/)
  return next < 0 ? end : start + next
}

const trimmed = (text: string, start: number, end: number): number => {
  let last = end
  while (last > start && '.)]}`'.includes(text.charAt(last - 1))) last--
  return last
}

// After a colon comes prose as often as a value ("password: please change it"): a word of letters alone counts only at the end of its line.
const plausible = (
  text: string,
  name: string,
  value: string,
  end: number,
  mark: number,
): boolean => {
  if (/\d/.test(value) && value.length >= 6) return !STRONG_NAME.test(name) || value.length >= 8
  if (/[^\p{L}\d.,-]/u.test(value) && value.length >= 6 && !value.startsWith('(')) return true
  if (STRONG_NAME.test(name)) return value.length >= 16
  const rest = text.slice(end, end + 3)
  return (
    (text.charCodeAt(mark) === 61 && value.length >= 6) ||
    /^["'`)\].]?[ \t]*(?:[\r\n]|$)/.test(rest)
  )
}
