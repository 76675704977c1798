/** Who is running: stamped on every output as `producedBy`. */
export interface Identity {
  /** Version of the package. */
  readonly codeVersion: string
  /** Hex SHA-256 prefix of the options that change results. */
  readonly configHash: string
}
