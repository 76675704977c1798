import * as fc from 'fast-check'
import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { asUri } from '../../../schemas/brands.ts'
import { fileUriOf, formatMemberUri, parseMemberUri } from '../../../topology/model/member-uri.ts'

describe('member URI', () => {
  it('reads ranges as HTTP does: the last byte is included', () => {
    assert.deepEqual(parseMemberUri('file:///a.mbox#bytes=0-4095'), {
      file: 'file:///a.mbox',
      bytes: { start: 0, end: 4096 },
    })
  })

  it('reads entries, rows and user lists', () => {
    assert.deepEqual(
      parseMemberUri('file:///k.zip#entry=general/2016-01-01.json&users=users.json'),
      {
        file: 'file:///k.zip',
        entry: 'general/2016-01-01.json',
        users: 'users.json',
      },
    )
    assert.deepEqual(parseMemberUri('file:///r.csv#row=17&bytes=100-220&header=0-99'), {
      file: 'file:///r.csv',
      row: 17,
      bytes: { start: 100, end: 221 },
      header: { start: 0, end: 100 },
    })
  })

  it('reads a position, which starts at 1', () => {
    const member = { file: asUri('file:///k.zip'), position: 3 }
    assert.equal(formatMemberUri(member), 'file:///k.zip#position=3')
    assert.deepEqual(parseMemberUri('file:///k.zip#position=3'), member)
    assert.deepEqual(parseMemberUri('file:///k.zip#position=0'), { problem: 'uri-invalid' })
  })

  it('reads and writes a backslash in a file name, which is a character like others where slashes separate', () => {
    assert.equal(fileUriOf('/a/b\\c.eml'), 'file:///a/b%5Cc.eml')
    assert.deepEqual(parseMemberUri('file:///a/b%5Cc.eml'), { file: 'file:///a/b%5Cc.eml' })
  })

  it('reads places in buckets', () => {
    assert.deepEqual(parseMemberUri('s3://bucket/k.zip#entry=x.eml'), {
      file: 's3://bucket/k.zip',
      entry: 'x.eml',
    })
    const file = 'minio://host:9000/bucket/a.eml'
    assert.deepEqual(parseMemberUri(file), { file })
  })

  it('refuses whatever could lead out of a folder, instead of resolving it', () => {
    for (const uri of [
      'file:///a/../etc/passwd',
      'file:///a/%2e%2e/etc/passwd',
      'file:///a/%2E./etc/passwd',
      'file:///a%2f..%2fetc/passwd',
      'file:///a/./b',
      'file:///a%00.eml',
      'file://server/share/a.eml',
      'file:a.eml',
      'http://169.254.169.254/latest',
      's3://user:secret@bucket/a.eml',
      's3:///a.eml',
      's3://bucket/a/../b.eml',
      'minio://host:9000/bucket/%2e%2e/a.eml',
    ])
      assert.deepEqual(parseMemberUri(uri), { problem: 'uri-not-allowed' }, uri)
  })

  it('refuses what is malformed', () => {
    for (const uri of [
      '/etc/passwd',
      '',
      'file:///a?b',
      'file:///a\\b',
      'file:///a%zz',
      'file:///a#bytes=5-1',
      'file:///a#bytes=1',
      'file:///a#row=0&bytes=0-1',
      'file:///a#row=1',
      'file:///a#what=1',
      'file:///a#entry=a&entry=b',
      `file:///${'a'.repeat(9000)}`,
    ])
      assert.deepEqual(parseMemberUri(uri), { problem: 'uri-invalid' }, uri.slice(0, 50))
  })

  it('writes what it reads, for any entry name and range', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter(isEncodable)
    const range = fc
      .tuple(fc.nat(1e9), fc.integer({ min: 1, max: 1e9 }))
      .map(([start, length]) => ({ start, end: start + length }))
    fc.assert(
      fc.property(name, range, range, fc.integer({ min: 1 }), (entry, bytes, header, row) => {
        const member = { file: asUri('file:///a%20b.zip'), entry, bytes, header, row }
        assert.deepEqual(parseMemberUri(formatMemberUri(member)), member)
      }),
    )
  })

  it('makes file URIs of paths with any characters', () => {
    assert.equal(fileUriOf('/a b/ü#?.eml'), 'file:///a%20b/%C3%BC%23%3F.eml')
    assert.equal(fileUriOf('C:/a.eml'), 'file:///C:/a.eml')
    assert.deepEqual(parseMemberUri(fileUriOf('/a/b#c%.eml')), { file: 'file:///a/b%23c%25.eml' })
  })
})

const isEncodable = (name: string): boolean => {
  try {
    return encodeURIComponent(name) !== ''
  } catch {
    return false
  }
}
