// Frozen ranges, so that the same text gives the same findings under every Unicode version, and patterns without the `u` flag,
// which cost V8 half as much. For use inside brackets.

/** Capitals of Latin, Greek and Cyrillic; of Latin Extended-A, where they alternate with small letters, all. */
export const CAPITALS =
  'A-Z\\u00c0-\\u00d6\\u00d8-\\u00de\\u0100-\\u017f\\u0386-\\u03ab\\u0400-\\u042f'

/** Letters and combining marks of Latin, Greek and Cyrillic. */
export const LETTERS =
  'A-Za-z\\u00aa\\u00b5\\u00ba\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u024f\\u0300-\\u03ff\\u0400-\\u052f'

/** Neither letter nor digit follows. */
export const ENDS = `(?![${LETTERS}\\d_])`

/** A capital letter, or one that could be. Small letters of Latin Extended-A cost only a look. */
export const isCapital = (code: number): boolean =>
  code < 128
    ? code >= 65 && code <= 90
    : (code >= 0xc0 && code <= 0xde) ||
      (code >= 0x100 && code <= 0x17f) ||
      (code >= 0x386 && code <= 0x3ab) ||
      (code >= 0x400 && code <= 0x42f)
