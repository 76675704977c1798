const longestSegment = 255
/** Control characters, and what Windows forbids in names. */
// oxlint-disable-next-line no-control-regex -- that is what it looks for
const forbidden = /[\u0000-\u001f\u007f"*:<>?\\|]/

const isSegment = (segment: string): boolean =>
  segment !== '' &&
  !segment.startsWith('.') &&
  !/[. ]$/.test(segment) &&
  !forbidden.test(segment) &&
  !/\p{Cs}/u.test(segment) &&
  Buffer.byteLength(segment) <= longestSegment

/**
 * Whether a name can be an object: relative, segments separated by `/`, none of them empty, hidden, `..`, or unfit for a
 * file name somewhere.
 */
export const isObjectName = (name: string): boolean => name.split('/').every(isSegment)
