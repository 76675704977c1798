import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { startNoticeServer, type NoticeServer } from '../../../cli/publish/notice-server.ts'

const noticeOf = (key: string): string =>
  JSON.stringify({
    Records: [
      { eventName: 's3:ObjectCreated:Put', s3: { bucket: { name: 'mail' }, object: { key } } },
    ],
  })

describe('the server of notices', () => {
  let server: NoticeServer
  let taken: string[]
  let away: boolean
  beforeEach(async () => {
    taken = []
    away = false
    server = await startNoticeServer({
      host: '127.0.0.1',
      port: 0,
      token: 'right',
      take: async (objects) => {
        if (away) throw new Error('the store is away')
        taken.push(...objects)
      },
    })
  })
  afterEach(() => server.close())

  const post = async (body: string, authorization = 'Bearer right', method = 'POST') =>
    (await fetch(server.url, { method, headers: { authorization }, ...(body && { body }) })).status

  it('takes notices that show the token, and no others', async () => {
    assert.equal(await post(noticeOf('a')), 200)
    for (const other of ['', 'right', 'Bearer wrong', 'Bearer righ', 'Bearer right2'])
      assert.equal(await post(noticeOf('b'), other), 401)
    assert.deepEqual(taken, ['s3://mail/a'])
  })

  it('lets the sender try again when it could not be published', async () => {
    away = true
    assert.equal(await post(noticeOf('a')), 503)
    away = false
    assert.equal(await post(noticeOf('a')), 200)
    assert.deepEqual(taken, ['s3://mail/a'])
  })

  it('refuses what is no notice, too long, or another method', async () => {
    assert.equal(await post('{}'), 400)
    assert.equal(await post(`"${'a'.repeat(1_100_000)}"`), 413)
    assert.equal(await post('', 'Bearer right', 'DELETE'), 405)
    assert.equal(await post('', 'Bearer right', 'HEAD'), 200)
    assert.deepEqual(taken, [])
  })
})
