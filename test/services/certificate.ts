import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What opens the key store. */
export const passphrase = 'changeit'

/** A self-signed certificate for 127.0.0.1 and its key as PKCS #12, by Java's own tool. Answers the PEM of the certificate. */
export const makeCertificate = async (file: string): Promise<string> => {
  const store = ['-keystore', file, '-storetype', 'PKCS12']
  const secret = ['-storepass', passphrase, '-alias', 'server']
  const key = ['-keyalg', 'EC', '-groupname', 'secp256r1', '-validity', '3650']
  const name = ['-dname', 'CN=localhost', '-ext', 'san=ip:127.0.0.1,dns:localhost']
  await run('keytool', ['-genkeypair', ...store, ...secret, ...key, ...name])
  return (await run('keytool', ['-exportcert', '-rfc', ...store, ...secret])).stdout
}

/** Whether there is the command line of OpenSSL, which takes the key out of a store as PEM. */
export const hasOpenssl = (): Promise<boolean> =>
  run('openssl', ['version']).then(
    () => true,
    () => false,
  )

/** PEM of the key in a store that {@link makeCertificate} made. */
export const keyOf = async (file: string): Promise<string> => {
  const args = ['-in', file, '-nocerts', '-nodes', '-passin', `pass:${passphrase}`]
  return (await run('openssl', ['pkcs12', ...args])).stdout
}
