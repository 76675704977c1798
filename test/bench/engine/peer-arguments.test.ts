import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { peerArgumentsOf } from '../../../bench/engine/peer-arguments.ts'

const needed = ['bootstrap=localhost:9092', 'in=numbers', 'out=copies', 'group=copy']

describe('The arguments of the client for outside harnesses', () => {
  it('have values of their own for what is left out', () => {
    const { work, session, commit, delivery, sink } = peerArgumentsOf(needed)
    assert.deepEqual(
      { work, session, commit, delivery, sink },
      { work: 'pass', session: 45_000, commit: 20, delivery: 'at-least-once', sink: '' },
    )
  })

  it('are taken as they are given', () => {
    const given = ['work=sink', 'sink=http://localhost:1/a?b=c', 'session=6000', 'commit=0']
    const read = peerArgumentsOf([...needed.filter((each) => !each.startsWith('out=')), ...given])
    assert.deepEqual(
      [read.work, read.sink, read.session, read.commit, read.out],
      ['sink', 'http://localhost:1/a?b=c', 6_000, 0, ''],
    )
    assert.equal(
      peerArgumentsOf([...needed.slice(1), 'bootstrap=a:1,[::1]:9092']).bootstrap,
      'a:1,[::1]:9092',
    )
  })

  it('are refused all at once', () => {
    assert.throws(
      () => peerArgumentsOf(['work=walk', 'colour=red', 'session=0']),
      /unknown: colour.*missing: bootstrap=.*missing: out=.*work= is one of.*session= is/,
    )
  })

  for (const wrong of [
    'session=abc',
    'session=Infinity',
    'session=0x10',
    'session=-1',
    'session=1800001',
    'commit=-1',
    'commit=1e9',
    'commit=Infinity',
    'commit=1.5',
    'sink=ftp://a',
    'sink=file:',
    'delivery=twice',
    'in=numbers',
  ])
    it(`are refused with ${wrong}`, () => {
      const [name = ''] = wrong.split('=')
      assert.throws(() => peerArgumentsOf([...needed, wrong]), new RegExp(`${name}=`))
    })

  for (const wrong of ['nohost', ',', 'a:0', 'a:65536', 'a:1,', 'http://a:1'])
    it(`are refused with bootstrap=${wrong}`, () => {
      assert.throws(
        () => peerArgumentsOf([...needed.slice(1), `bootstrap=${wrong}`]),
        /bootstrap= is host:port/,
      )
    })

  it('are refused when results would be read again as input', () => {
    assert.throws(
      () => peerArgumentsOf([...needed.filter((each) => !each.startsWith('out=')), 'out=numbers']),
      /never end/,
    )
  })
})
