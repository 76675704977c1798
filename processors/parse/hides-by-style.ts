/** Longer ones are read so far. */
const MOST = 2_000
const CONCERNED = /display|visibility|mso-hide/i
const COMMENTS = /\/\*[^]*?(?:\*\/|$)/g
/** Quoted values, in which a semicolon ends nothing. */
const QUOTED = /"[^"]*(?:"|$)|'[^']*(?:'|$)/g
const HIDING: Readonly<Record<string, RegExp>> = {
  display: /^none$/,
  visibility: /^(?:hidden|collapse)$/,
  'mso-hide': /^all$/,
}
/** A value that a browser takes: one word. What it does not take leaves what was said before. */
const WORD = /^[a-z-]+(?: [a-z-]+)?$/

/** The `style` of an element hides it, by what is said last of each property. */
export const hidesByStyle = (style: string): boolean => {
  if (!CONCERNED.test(style)) return false
  const plain = style.slice(0, MOST).replace(COMMENTS, '').replace(QUOTED, '""').toLowerCase()
  const hiding = new Map<string, { readonly hides: boolean; readonly important: boolean }>()
  for (const declaration of plain.split(';')) {
    const colon = declaration.indexOf(':')
    const name = declaration.slice(0, Math.max(0, colon)).trim()
    const pattern = Object.hasOwn(HIDING, name) ? HIDING[name] : undefined
    if (!pattern) continue
    const said = declaration.slice(colon + 1).trim()
    const value = said.replace(/\s*!\s*important$/, '')
    const important = value !== said
    if (!WORD.test(value) || (hiding.get(name)?.important && !important)) continue
    hiding.set(name, { hides: pattern.test(value), important })
  }
  return [...hiding.values()].some(({ hides }) => hides)
}
