import { isToken } from '../char-classes.ts'
import { isJumbled } from './password.ts'
import { placeholderEnd } from '../placeholder.ts'
import type { Scan } from '../scan.ts'

interface Kind {
  readonly name: string
  readonly pattern: RegExp
}

/** Characters that end a key on its right. */
const END = '(?![A-Za-z0-9_-])'
const W = '[0-9A-Za-z]'
const D = '[0-9A-Za-z_-]'
const X = '[0-9a-f]'

/**
 * Keys that say by their first letters what they are. Lengths are those the providers publish; many allow a range because they
 * have changed it. A prefix has at least three characters of its own, none of them a pattern's.
 */
const VENDORS: readonly (readonly [vendor: string, prefixes: string, rest: string])[] = [
  ['aws-access-key', 'AKIA ASIA ABIA ACCA', '[0-9A-Z]{16}'],
  ['github', 'ghp_ gho_ ghu_ ghs_ ghr_', `${W}{36,255}`],
  ['github', 'github_pat_', '[0-9A-Za-z_]{40,255}'],
  [
    'gitlab',
    'glpat- gldt- glrt- glptt- glft- glsoat- glcbt- glimt- glagent- gloas-',
    `${D}{20,80}`,
  ],
  ['slack', 'xoxb- xoxp- xoxa- xoxr- xoxs- xoxe- xoxc- xoxd- xapp-', '[0-9A-Za-z.-]{10,200}'],
  ['stripe', 'sk_live_ sk_test_ rk_live_ rk_test_', `${W}{16,255}`],
  ['stripe', 'whsec_', '[0-9A-Za-z+/=]{24,255}'],
  ['google', 'AIza', `${D}{35}`],
  ['google', 'GOCSPX-', `${D}{28}`],
  ['google', 'ya29.', `${D}{20,2048}`],
  ['anthropic', 'sk-ant-', `${D}{20,255}`],
  ['openai', 'sk-', `(?:proj-|svcacct-|admin-|or-v1-)?${D}{20,255}`],
  ['npm', 'npm_', `${W}{36}`],
  ['pypi', 'pypi-', `${D}{50,255}`],
  ['rubygems', 'rubygems_', `${X}{48}`],
  ['sendgrid', 'SG.', `${D}{22}\\.${D}{43}`],
  ['hugging-face', 'hf_', `${W}{30,64}`],
  ['digitalocean', 'dop_v1_ doo_v1_ dor_v1_', `${X}{64}`],
  ['shopify', 'shpat_ shpss_ shpca_ shppa_', '[0-9a-fA-F]{32}'],
  ['mailgun', 'key-', `${X}{32}`],
  ['brevo', 'xkeysib-', `${X}{64}-${W}{16}`],
  ['square', 'sq0atp- sq0csp- sq0idp-', `${D}{22,43}`],
  ['square', 'EAAA', `${D}{60}`],
  ['facebook', 'EAACEdEose0cBA', `${W}{20,255}`],
  ['paypal', 'access_token$production$ access_token$sandbox$', `${W}{16}\\$${X}{32}`],
  ['heroku', 'HRKU-', `${D}{36,64}`],
  ['atlassian', 'ATATT3 ATCTT3 ATBB', '[0-9A-Za-z_=-]{20,255}'],
  ['linear', 'lin_api_', `${W}{32,48}`],
  ['notion', 'ntn_', `${W}{40,60}`],
  ['notion', 'secret_', `${W}{43}`],
  ['figma', 'figd_', `${D}{36,64}`],
  ['databricks', 'dapi', `${X}{32}(?:-\\d)?`],
  ['docker', 'dckr_pat_ dckr_oat_', `${D}{20,64}`],
  ['vault', 'hvs. hvb. hvr.', `${D}{20,255}`],
  ['grafana', 'glsa_', `${W}{32}_[0-9A-Fa-f]{8}`],
  ['grafana', 'glc_', '[0-9A-Za-z+/=]{32,400}'],
  ['new-relic', 'NRAK- NRJS- NRII- NRRA-', `${D}{19,42}`],
  ['postman', 'PMAK-', `${X}{24}-${X}{34}`],
  ['planetscale', 'pscale_tkn_ pscale_pw_ pscale_oauth_', '[0-9A-Za-z_.-]{32,64}'],
  ['pulumi', 'pul-', `${X}{40}`],
  ['sentry', 'sntrys_ sntryu_', '[0-9A-Za-z_+/=]{40,400}'],
  ['groq', 'gsk_', `${W}{40,64}`],
  ['replicate', 'r8_', `${W}{37,40}`],
  ['perplexity', 'pplx-', `${W}{40,64}`],
  ['xai', 'xai-', `${W}{60,96}`],
  ['doppler', 'dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit.', '[0-9A-Za-z._-]{40,64}'],
  ['age', 'AGE-SECRET-KEY-1', '[0-9A-Z]{58}'],
  ['1password', 'ops_eyJ', `${D}{200,1024}`],
  ['alibaba', 'LTAI', `${W}{12,24}`],
  ['adafruit', 'aio_', `${W}{28}`],
  ['buildkite', 'bkua_', `${X}{40}`],
  ['circleci', 'CCIPAT_ CCIPRJ_', `${W}{22}_${X}{40}`],
  ['contentful', 'CFPAT-', `${D}{43}`],
  ['jfrog', 'AKCp', `${W}{60,80}`],
  ['mapbox', 'sk.eyJ', `${D}{20,255}\\.${D}{20,64}`],
  ['netlify', 'nfp_', `${W}{36,44}`],
  ['prefect', 'pnu_ pnb_', `${W}{36}`],
  ['shippo', 'shippo_live_ shippo_test_', `${X}{40}`],
  ['supabase', 'sbp_', `${X}{40}`],
  ['easypost', 'EZAK EZTK', `${W}{54}`],
  ['flutterwave', 'FLWSECK_TEST- FLWSECK-', `${W}{12,64}`],
  ['airtable', 'pat', `${W}{14}\\.${X}{64}`],
  ['dropbox', 'sl.', `${D}{60,255}`],
  ['readme', 'rdme_', `${W}{70}`],
  ['yandex', 'AQVN', `${D}{35,40}`],
  ['tencent', 'AKID', `${W}{32}`],
  ['duffel', 'duffel_live_ duffel_test_', `${D}{43}`],
  ['dynatrace', 'dt0c01.', '[0-9A-Z]{24}\\.[0-9A-Z]{64}'],
  ['clojars', 'CLOJARS_', `${X}{60}`],
  ['twilio', 'AC0 AC1 AC2 AC3 AC4 AC5 AC6 AC7 AC8 AC9 ACa ACb ACc ACd ACe ACf', `${X}{31}`],
  ['twilio', 'SK0 SK1 SK2 SK3 SK4 SK5 SK6 SK7 SK8 SK9 SKa SKb SKc SKd SKe SKf', `${X}{31}`],
  ['jwt', 'eyJ', `${D}{8,4096}\\.eyJ${D}{2,8192}\\.${D}{0,1024}`],
]

const literal = (prefix: string) => prefix.replace(/[.$]/g, '\\$&')

/** Kinds by the first three characters; the longest prefix first. */
const BY_START = new Map<string, Kind[]>()
for (const [name, prefixes, rest] of VENDORS)
  for (const prefix of prefixes.split(' ')) {
    const kinds = BY_START.get(prefix.slice(0, 3)) ?? []
    kinds.push({ name, pattern: new RegExp(literal(prefix) + rest + END, 'y') })
    BY_START.set(prefix.slice(0, 3), kinds)
  }

/** How keys begin: three characters. */
export const KEY_STARTS: Iterable<string> = [...BY_START.keys()]

const startOf = (first: number, second: number, third: number): number =>
  ((first & 63) << 12) | ((second & 63) << 6) | (third & 63)

/** First three characters that some key has: the question asked for every token. */
const STARTS = new Uint8Array(1 << 18)
for (const start of BY_START.keys())
  STARTS[startOf(start.charCodeAt(0), start.charCodeAt(1), start.charCodeAt(2))] = 1

export const mayBeKey = (units: Uint16Array, start: number): boolean =>
  STARTS[startOf(units[start]!, units[start + 1]!, units[start + 2]!)] === 1

/** The same for a word without digits: a mark goes on behind its prefix, or it is longer than words are. */
export const wordMayBeKey = (units: Uint16Array, start: number, end: number): boolean => {
  const next = units[end]
  return (next === 45 || next === 46 || next === 36 || end - start >= 16) && mayBeKey(units, start)
}

export interface SecretMatch {
  readonly end: number
  readonly name: string
}

/** The provider key that begins at `start`. */
export const keyAt = (text: string, start: number): SecretMatch | undefined => {
  for (const { name, pattern } of BY_START.get(text.slice(start, start + 3)) ?? []) {
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

const ending = (third: number, second: number, last: number): number =>
  ((third & 31) << 10) | ((second & 31) << 5) | (last & 31)

/** 1 for the last three letters of the names above. */
const NAME_ENDS = new Uint8Array(1 << 15)
for (const end of 'ord swd ase ode ass pwd ret key ken ial als ort ena ave nha sse mdp ola ana slo fre'.split(
  ' ',
))
  NAME_ENDS[ending(end.charCodeAt(0), end.charCodeAt(1), end.charCodeAt(2))] = 1

/** A name may end at `at`. Letters of other alphabets always get the full look. */
const mayEndName = (units: Uint16Array, at: number): boolean => {
  const [third, second, last] = [units[at - 2]!, units[at - 1]!, units[at]!]
  return (third | second | last) > 127 || NAME_ENDS[ending(third, second, last)] === 1
}

const MOST_BETWEEN = 6

/** Back over quotes, brackets and blanks. */
const tokenBefore = (units: Uint16Array, from: number): number => {
  let at = from
  while (at > 2 && from - at < MOST_BETWEEN && units[at]! < 128 && !isToken(units[at]!)) at--
  return at
}

/** Letters of `is`, `ist`, `es` or `est` that end at `at`; 0 when there are none. */
const copula = (units: Uint16Array, at: number): number => {
  const last = units[at]! | 32
  const from = last === 116 ? at - 1 : at
  const first = units[from - 1]! | 32
  if ((units[from]! | 32) !== 115 || (first !== 101 && first !== 105)) return 0
  return at - from + 2
}

/** A cheap look at the letters before the mark. */
const mayBeNamed = (units: Uint16Array, mark: number): boolean => {
  const at = tokenBefore(units, mark - 1)
  if (mayEndName(units, at)) return true
  const size = copula(units, at)
  return size > 0 && mayEndName(units, tokenBefore(units, at - size))
}

/** A placeholder begins here, or behind a few marks. */
const labelNear = (text: string, start: number): boolean => {
  for (let at = start; at < start + 4; at++) if (placeholderEnd(text, at) >= 0) return true
  return false
}

/** A value that stands behind `password:` or `api_key =`. `mark` is the place of the colon or equals sign. */
export const assignedSecret = (
  { text, units }: Pick<Scan, 'text' | 'units'>,
  mark: number,
): readonly [number, number] | undefined => {
  const before = units[mark - 1]!
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
  if (!mayBeNamed(units, mark)) return undefined
  const name = NAMES.exec(text.slice(Math.max(0, mark - REACH), mark))
  if (!name) return undefined
  let start = mark + 1
  if (text.charCodeAt(start) === 61 || text.charCodeAt(start) === 62) start++
  for (let k = 0; k < 4 && /[ \t"'“`]/.test(text.charAt(start)); k++) start++
  VALUE.lastIndex = start
  if (!VALUE.test(text)) return undefined
  if (PLACEHOLDER.test(text.slice(start, VALUE.lastIndex))) return undefined
  if (labelNear(text, start)) return undefined
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
  if (isJumbled(value)) return true
  const rest = text.slice(end, end + 3)
  return (
    (text.charCodeAt(mark) === 61 && value.length >= 6) ||
    /^["'`)\].]?[ \t]*(?:[\r\n]|$)/.test(rest)
  )
}
