/**
 * The same text with its characters one after another in memory. V8 keeps what was sliced or put together as a reference to other strings,
 * and follows that at each character that is asked for by its place.
 */
export const sequential = (text: string): string => {
  const middle = text.length >>> 1
  // Only joining two pieces or more makes a new string; a single piece is given back as it is.
  return [text.slice(0, middle), text.slice(middle)].join('')
}
