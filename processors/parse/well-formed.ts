/** Replaces lone surrogates, which JSON can carry, by U+FFFD. (`String.prototype.toWellFormed` is not in es2023.) */
export const wellFormed = (text: string): string =>
  /[\ud800-\udfff]/.test(text)
    ? text.replace(
        /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
        '\ufffd',
      )
    : text
