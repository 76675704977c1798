import type { Mechanism } from 'kafkajs'
import { TokenError } from './oauth-token.ts'

/** Between the parts of the first message (RFC 7628). */
const separator = '\u0001'

const withLength = (text: string): Buffer => {
  const bytes = Buffer.alloc(4 + Buffer.byteLength(text))
  bytes.writeInt32BE(bytes.length - 4)
  bytes.write(text, 4)
  return bytes
}

/**
 * OAUTHBEARER as kafkajs lets one add a mechanism. Its own takes the answer of a broker that refuses a token for a yes: a
 * refusal is no error of the protocol but JSON where nothing should be, and the connection dies with the next request.
 */
export const oauthBearer = (token: () => Promise<string>): Mechanism => ({
  mechanism: 'OAUTHBEARER',
  authenticationProvider: ({ host, port, saslAuthenticate }) => ({
    authenticate: async () => {
      const message = `n,,${separator}auth=Bearer ${await token()}${separator}${separator}`
      await saslAuthenticate({
        request: { encode: () => withLength(message) },
        response: {
          decode: (raw) => raw.subarray(4),
          parse: (answer) => {
            if (answer.length > 0) throw refused(host, port)
          },
        },
      })
    },
  }),
})

/** What the broker says of it may quote the token, so it stays out. */
const refused = (host: string, port: number): TokenError =>
  new TokenError(
    `broker ${host}:${port} refuses the token; check its issuer, audience, scope and life`,
    true,
  )
