import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { aConfigInput, loaded, problemsOf } from './a-config-input.ts'

describe('a profile in YAML', () => {
  it('knows a key with two letters swapped', () => {
    assert.deepEqual(problemsOf(aConfigInput('llm:\n  ulr: http://a:1/v1\n')), [
      './profile.yaml:2:3: unknown option "ulr" in "llm"; did you mean "url"?',
    ])
  })

  it('says where the YAML is broken', () => {
    const [problem] = problemsOf(aConfigInput('tenant: a\nsources: [1\n'))
    assert.match(problem ?? '', /profile\.yaml:3:1: Flow sequence/)
  })

  it('refuses a key that is given twice, wherever it is, and goes on reading', () => {
    const profile = `tenant: a
tenant: b
prices:
  models:
    - model: embed-hash
      model: embed-hash
partitions: 0
`
    assert.deepEqual(problemsOf(aConfigInput(profile)), [
      './profile.yaml:2:1: "tenant" is given twice, first in line 1; keep one of them',
      './profile.yaml:6:7: "model" is given twice, first in line 5; keep one of them',
      './profile.yaml:7:1: partitions: Too small: expected number to be >=1',
    ])
  })

  it('says of what is wrong in a list in which of its lines that is', () => {
    const profile = `prices:
  models:
    - model: embed-hash
    - model: embed-hsh
    - { model: embed-hash@1, perGpuSecond: -1 }
`
    assert.deepEqual(problemsOf(aConfigInput(profile)), [
      './profile.yaml:5:30: prices.models.2.perGpuSecond: Too small: expected number to be >=0',
    ])
    const right = profile.replace('-1 }', '1 }')
    const [problem] = problemsOf(aConfigInput(right, { references: true }))
    assert.match(
      problem ?? '',
      /^\.\/profile\.yaml:4:7: prices\.models\.1\.model: there is no model/,
    )
  })

  it('says of odd files what is odd about them', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]']
    for (const [at, name] of Array.from('bcdefgh').entries())
      bomb.push(`${name}: &${name} [${Array(10).fill(`*${'abcdefgh'[at]}`).join(', ')}]`)
    const odd: readonly (readonly [text: string, problem: string])[] = [
      [`${'x: 1\n'.repeat(300_000)}`, '1:1: the file is larger than 1 MiB, and no profile'],
      ['tenant: \u0001\u0002\n', '1:1: the file is not text, and no profile'],
      ['tenant: a\n---\ntenant: b\n', '2:1: a second document begins here, and a profile is one'],
      [
        `${bomb.join('\n')}\nsources: *h\n`,
        '1:1: the profile cannot be read as YAML: its aliases stand for too much',
      ],
      ['? [a, b]\n: 1\n', '1:3: the name of an option must be a word'],
      [
        'a: &a { drainMs: 1 }\nruntime:\n  <<: *a\n',
        '3:3: unknown option "<<" in "runtime"; groups are not merged here: name the options themselves',
      ],
      ['constructor: 3\n', '1:1: unknown option "constructor"'],
    ]
    for (const [text, problem] of odd) {
      const problems = problemsOf(aConfigInput(text))
      assert.ok(problems.includes(`./profile.yaml:${problem}`), `${problem}, not ${problems[0]}`)
    }
  })

  it('says that brackets are nested too deeply', () => {
    const [problem] = problemsOf(aConfigInput(`sources: ${'['.repeat(20_000)}`))
    assert.match(problem ?? '', /^\.\/profile\.yaml:1:\d+: it is nested too deeply$/)
  })

  it('lists no more than a hundred options that there are not', () => {
    const names = Array.from({ length: 20_000 }, (_, index) => `none${index}: 1\n`)
    const problems = problemsOf(aConfigInput(names.join('')))
    assert.equal(problems.length, 101)
    assert.match(problems[100] ?? '', /:101:1: and more unknown options, which are not listed$/)
  })

  it('tells who looks for a profile to build on that there is none', () => {
    assert.deepEqual(problemsOf(aConfigInput('extends: embedded\n')), [
      './profile.yaml:1:1: unknown option "extends"; a profile does not build on another one: what it leaves out has its default',
    ])
  })

  it('refuses a value where a group belongs', () => {
    const [problem] = problemsOf(aConfigInput('runtime: fast\n'))
    assert.equal(problem, './profile.yaml:1:1: "runtime" is a group of options, not a value')
  })

  it('follows aliases, and treats an empty group as not given', () => {
    const profile = 'runtime:\n  retry: &r\n    firstMs: 3\nworkers:\n  # nothing\n'
    assert.equal(loaded(aConfigInput(profile)).config.runtime.retry.firstMs, 3)
    const aliased = 'tenant: &t acme\ndataDir: *t\n'
    assert.equal(loaded(aConfigInput(aliased)).config.dataDir, 'acme')
  })

  it('does not let a key reach the prototype', () => {
    const [problem] = problemsOf(aConfigInput('__proto__:\n  polluted: 1\n'))
    assert.match(problem ?? '', /unknown option "__proto__"/)
    assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false)
  })
})
