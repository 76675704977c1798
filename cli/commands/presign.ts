import { asUri } from '../../schemas/brands.ts'
import type { Config } from '../../config/schema.ts'
import { CommandError, exitCodes } from '../exit-codes.ts'
import type { Output } from '../output.ts'
import { s3ObjectOptionsOf } from '../service-options.ts'

/** Says a URL that needs no credentials: whoever has it may read the object until it expires. */
export const presign = async (
  config: Config,
  output: Output,
  uri: string,
  seconds: number,
): Promise<number> => {
  if (config.drivers.objects !== 's3')
    throw new CommandError(
      exitCodes.usage,
      'presign is for objects in a bucket: drivers.objects is not s3',
    )
  const { longestPresignSeconds, presignedUrl } = await import('../../drivers/s3/presign.ts')
  if (seconds > longestPresignSeconds)
    throw new CommandError(exitCodes.usage, `--expires is at most ${longestPresignSeconds}, a week`)
  const now = new Date()
  try {
    const url = await presignedUrl(s3ObjectOptionsOf(config), asUri(uri), seconds, now)
    output.value({ url, expires: new Date(now.getTime() + seconds * 1000).toISOString() })
    output.line(url)
    return exitCodes.ok
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const place = `s3://${config.s3.bucket}/${config.s3.prefix}/`
    throw new CommandError(exitCodes.usage, `${error.message}; they begin with ${place}`, error)
  }
}
