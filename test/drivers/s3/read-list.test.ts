import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { readList } from '../../../drivers/s3/read-list.ts'

describe('a list of objects', () => {
  it('is read with its keys as they are', () => {
    const xml = `<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
      <Name>bucket</Name><Prefix>a</Prefix><KeyCount>2</KeyCount><IsTruncated>true</IsTruncated>
      <Contents><Key> 007 &amp; &#39;x&#39; +1%20 </Key><ETag>&quot;e&quot;</ETag><Size>12</Size><Owner><ID>Key</ID></Owner></Contents>
      <Contents><Key>b</Key><Size>0</Size></Contents>
      <NextContinuationToken>t&lt;1</NextContinuationToken></ListBucketResult>`
    assert.deepEqual(readList(xml), {
      objects: [
        { key: " 007 & 'x' +1%20 ", bytes: 12 },
        { key: 'b', bytes: 0 },
      ],
      next: 't<1',
    })
  })

  it('may be empty', () => {
    const xml = '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>'
    assert.deepEqual(readList(xml), { objects: [] })
  })

  it('is refused when it is something else', () => {
    for (const xml of [
      '',
      '<html></html>',
      '<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>',
      '<ListBucketResult><Contents><Size>1</Size></Contents></ListBucketResult>',
    ])
      assert.throws(() => readList(xml), /cannot be read/, xml)
  })
})
