import type { Policy } from '../../processors/redact/policy.ts'
import { detect } from '../../processors/redact/redact.ts'

/** Telephone numbers found in texts that are taken to hold none, per million bytes of UTF-8: real ones among them count as false. */
export const phonesPerMegabyte = (texts: readonly string[], policy: Policy): number => {
  let phones = 0
  let bytes = 0
  for (const text of texts) {
    bytes += Buffer.byteLength(text)
    phones += detect(text, policy).filter(({ type }) => type === 'PHONE_NUMBER').length
  }
  return (phones * 1e6) / bytes
}
