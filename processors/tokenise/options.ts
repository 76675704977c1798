/** Which `tokenizer.json` a pipeline tokenises with. */
export interface TokeniseOptions {
  /** Path of the file. Default: the vocabulary that comes with the package. */
  readonly tokenizerFile?: string
  /** SHA-256 of the file, hex. When given, a file with other bytes is refused. */
  readonly tokenizerSha256?: string
}
