import { createS3ObjectStore } from '../../../drivers/s3/s3-object-store.ts'
import type { VectorPoint } from '../../../topology/ports/vector-index.ts'
import { storeOptions } from './places.ts'

/** Every Parquet file, past the proxy. */
export const readFiles = async (url: string): Promise<ReadonlyMap<string, Uint8Array>> => {
  const objects = await createS3ObjectStore({ ...storeOptions(url), readOnly: true })
  const files = new Map<string, Uint8Array>()
  try {
    for await (const { name, uri } of objects.list('parquet/'))
      files.set(name, (await objects.get(uri)) ?? new Uint8Array())
    return files
  } finally {
    await objects.close()
  }
}

export const pointsOf = async (
  scan: AsyncIterable<VectorPoint>,
): Promise<readonly VectorPoint[]> => {
  const points: VectorPoint[] = []
  for await (const point of scan) points.push(point)
  return points
}
