import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { createdObjects } from '../../../cli/publish/object-notice.ts'

const record = (eventName: string, key: string, name = 'mail') => ({
  eventName,
  s3: { bucket: { name }, object: { key, size: 3, eTag: 'x' } },
})
const noticeOf = (...Records: readonly object[]): string => JSON.stringify({ Records })

describe('a notice of a store', () => {
  it('names the objects that are new, each once', () => {
    const body = noticeOf(
      record('s3:ObjectCreated:Put', 'in%2Fa+b.eml'),
      record('ObjectCreated:Put', 'in/a+b.eml'),
      record('s3:ObjectCreated:CompleteMultipartUpload', 'caf%C3%A9%2B%231.eml'),
      record('s3:ObjectRemoved:Delete', 'in/gone.eml'),
      record('s3:ObjectAccessed:Get', 'in/read.eml'),
    )
    assert.deepEqual(createdObjects(body), [
      's3://mail/in/a%20b.eml',
      's3://mail/caf%C3%A9%2B%231.eml',
    ])
  })

  it('is refused when it is something else', () => {
    for (const body of [
      '',
      'x',
      '[]',
      '{}',
      noticeOf({ eventName: 1 }),
      noticeOf(record('s3:ObjectCreated:Put', '%zz')),
    ])
      assert.equal(createdObjects(body), undefined, body)
  })
})
