import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { readVersions } from '../../../drivers/s3/versions.ts'

const listOf = (inner: string): string =>
  `<?xml version="1.0"?><ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inner}</ListVersionsResult>`

describe('a list of versions', () => {
  it('has versions and marks of removal, and knows the latest', () => {
    const { versions, next } = readVersions(
      listOf(`<IsTruncated>false</IsTruncated>
        <Version><Key>a&amp;b</Key><VersionId>2</VersionId><IsLatest>false</IsLatest><Owner><ID>x</ID></Owner></Version>
        <DeleteMarker><Key>a&amp;b</Key><VersionId>3</VersionId><IsLatest>true</IsLatest></DeleteMarker>`),
    )
    assert.deepEqual(versions, [
      { key: 'a&b', id: '2', latest: false },
      { key: 'a&b', id: '3', latest: true },
    ])
    assert.equal(next, undefined)
  })

  it('says where it goes on', () => {
    const { next } = readVersions(
      listOf(
        '<IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker><NextVersionIdMarker>v</NextVersionIdMarker>',
      ),
    )
    assert.deepEqual(next, { key: 'k', id: 'v' })
  })

  it('is refused where it is something else, or lacks what removes a version', () => {
    assert.throws(() => readVersions('<html></html>'), /cannot be read/)
    assert.throws(() => readVersions(listOf('<Version><Key>a</Key></Version>')), /cannot be read/)
  })
})
