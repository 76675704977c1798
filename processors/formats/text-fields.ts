/** Names of the column that holds the text, as people spell them, best first; compared without case, blanks and `_`. */
export const TEXT_FIELDS = [
  'reviewtext',
  'reviewbody',
  'text',
  'body',
  'content',
  'message',
  'comment',
  'review',
  'feedback',
  'description',
] as const

/** A field name as it is compared with {@link TEXT_FIELDS}. */
export const plainFieldName = (name: string): string => name.toLowerCase().replace(/[\s_-]+/g, '')
