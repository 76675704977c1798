/** Family and given name in a script that is written without blanks. Two characters may as well be a word. */
const WITHOUT_BLANKS =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3005\u30fc]{3,}$/u

/** The name as texts write it, without the blanks, commas and dots of headers; nothing where it is in another script. */
export const eastAsianName = (name: string): string | undefined => {
  if (name.charCodeAt(0) < 0x1100) return undefined
  const joined = name.replace(/[,\s\u30fb]+/g, '')
  return WITHOUT_BLANKS.test(joined) ? joined : undefined
}
