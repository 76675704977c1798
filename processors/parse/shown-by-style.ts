/** What a style says about being shown; `undefined` where it says nothing. */
export interface ShownByStyle {
  /** `false`: neither the element nor anything in it. */
  readonly display?: boolean
  /** Also of what is inside, unless that says something else. `collapse` takes rows and columns of tables away as a whole. */
  readonly visibility?: 'visible' | 'hidden' | 'collapse'
}

/** Longer ones are read so far. */
const MOST = 2_000
const CONCERNED = /display|visibility|mso-hide/i
const COMMENTS = /\/\*[^]*?(?:\*\/|$)/g
/** Quoted values, in which a semicolon ends nothing. */
const QUOTED = /"[^"]*(?:"|$)|'[^']*(?:'|$)/g
/** Values that a browser takes. What it does not take leaves what was said before. */
const TAKEN: Readonly<Record<string, RegExp>> = {
  display: /^[a-z-]+(?: [a-z-]+)?$/,
  visibility: /^(?:visible|hidden|collapse|initial|inherit|unset|revert)$/,
  'mso-hide': /^[a-z-]+$/,
}
const NOTHING: ShownByStyle = {}

/** Whether the `style` of an element shows it, by what is said last of each property. */
export const shownByStyle = (style: string): ShownByStyle => {
  if (!CONCERNED.test(style)) return NOTHING
  const said = declarations(style)
  const display = said.get('display')
  const visibility = said.get('visibility')
  const shown = said.get('mso-hide') === 'all' || display === 'none' ? false : true
  return {
    ...(!shown || display !== undefined ? { display: shown } : {}),
    ...(visibility === undefined ? {} : visibilityOf(visibility)),
  }
}

/** What counts of each property. */
const declarations = (style: string): ReadonlyMap<string, string> => {
  const plain = style.slice(0, MOST).replace(COMMENTS, '').replace(QUOTED, '""').toLowerCase()
  const said = new Map<string, string>()
  const fixed = new Set<string>()
  for (const declaration of plain.split(';')) {
    const colon = declaration.indexOf(':')
    const name = declaration.slice(0, Math.max(0, colon)).trim()
    const taken = Object.hasOwn(TAKEN, name) ? TAKEN[name] : undefined
    if (!taken) continue
    const whole = declaration.slice(colon + 1).trim()
    const value = whole.replace(/\s*!\s*important$/, '')
    const important = value !== whole
    if (!taken.test(value) || (fixed.has(name) && !important)) continue
    said.set(name, value)
    if (important) fixed.add(name)
  }
  return said
}

const visibilityOf = (value: string): Pick<ShownByStyle, 'visibility'> => {
  if (value === 'hidden' || value === 'collapse') return { visibility: value }
  return value === 'visible' || value === 'initial' ? { visibility: 'visible' } : NOTHING
}
