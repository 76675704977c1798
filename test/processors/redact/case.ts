/**
 * Tricky writings. `hidden` must not survive redaction; `kept` must. All values are invented, from ranges reserved for
 * documentation, or published test numbers.
 */
export interface Case {
  readonly name: string
  readonly text: string
  readonly hidden?: readonly string[]
  readonly kept?: readonly string[]
  readonly type?: string
}

export const hide = (type: string, text: string, ...hidden: string[]): Case => ({
  name: `${type}: ${JSON.stringify(text)}`,
  text,
  hidden,
  type,
})
export const keep = (text: string): Case => ({
  name: `kept: ${JSON.stringify(text)}`,
  text,
  kept: [text],
})
