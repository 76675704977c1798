/** Words behind which `dot` or `point` is a word of the sentence: "at this point though", "looks at each dot carefully". */
const DETERMINERS = new Set(
  'a an the this that these those some any no one every each either what which another least most first last same my your his her its our their'.split(
    ' ',
  ),
)

/**
 * Ends of hosts that are no English words. Only they are believed behind `point`, which French has for a dot and English for much
 * else: "at boiling point in summer".
 */
const ENDINGS = new Set(
  `com org net edu gov mil info biz eu example fr ch ca lu mc re uk de es pt br nl se dk fi pl ru cn jp kr au nz mx ar cl pe ie gr cz hu ro
   bg hr rs sk si lt lv ee tr il za ma tn dz sn ci cm ua`.split(/\s+/),
)

const HOST = /^([\p{L}\d-]+)(?:.*\s(dot|punto|punkt|point|ponto)\s+)?.*?(\p{L}+)$/iu

/** A host whose dots are words is one, and not the rest of a sentence. Dots in brackets are never prose. */
export const isSpelledHost = (host: string): boolean => {
  if (/[[({<]/.test(host)) return true
  const [, first = '', mark = '', last = ''] = HOST.exec(host) ?? []
  if (DETERMINERS.has(first.toLowerCase())) return false
  return mark.toLowerCase() !== 'point' || ENDINGS.has(last.toLowerCase())
}
