import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { createLinearClassifier } from '../../../../drivers/embedded/models/linear-classifier.ts'
import type { LinearModel } from '../../../../drivers/embedded/models/linear-classifier.ts'
import { loadLinearModel } from '../../../../drivers/embedded/models/model-weights.ts'

const NAMES = ['classify-spam', 'classify-sentiment', 'classify-toxicity', 'classify-compliance']

/** Scores by label. */
function scorer(name: string) {
  const model = loadLinearModel(name)
  const classify = createLinearClassifier(model)
  return (text: string): Record<string, number> => {
    const scores = classify([text])
    return Object.fromEntries(model.labels.map((label, i) => [label, scores[i] as number]))
  }
}

const NO_SHAPE = { exclamations: [0], capitals: [0], digits: [0], links: [0], money: [0] }
const aModel = (rest: Partial<LinearModel>): LinearModel => ({
  labels: ['x'],
  unit: 'sentence',
  negation: false,
  bias: [0],
  shape: NO_SHAPE,
  terms: {},
  ...rest,
})

describe('linear classifiers', () => {
  it('add the weights of words and word pairs to the bias', () => {
    const classify = createLinearClassifier(
      aModel({ bias: [-1], terms: { gold: [0.5], 'buy gold': [0.5] } }),
    )
    assert.equal(classify(['Buy GOLD'])[0], 0.5)
    assert.ok((classify(['gold'])[0] as number) < 0.5)
  })

  it('score the strongest sentence, however long the rest is', () => {
    const classify = createLinearClassifier(aModel({ bias: [-2], terms: { gold: [4] } }))
    const filler = 'Nothing to see in this sentence. '.repeat(200)
    assert.deepEqual(classify([`${filler}There is gold. ${filler}`]), classify(['gold']))
  })

  it('tell a negated word from the word', () => {
    const classify = createLinearClassifier(
      aModel({ negation: true, terms: { good: [1], '~good': [-1] } }),
    )
    const [plain, negated] = classify(['This is good', 'This is not very good'])
    assert.ok((plain as number) > 0.5 && (negated as number) < 0.5)
  })

  it('give numbers from 0 to 1, the same alone and in a batch, for whatever text', () => {
    for (const name of NAMES) {
      const model = loadLinearModel(name)
      const classify = createLinearClassifier(model)
      const texts = fc.array(fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.lorem()), {
        minLength: 1,
        maxLength: 4,
      })
      fc.assert(
        fc.property(texts, (some) => {
          const scores = classify(some)
          assert.equal(scores.length, some.length * model.labels.length)
          assert.ok(scores.every((score) => score >= 0 && score <= 1))
          assert.deepEqual(scores, Float32Array.from(some.flatMap((text) => [...classify([text])])))
        }),
        { numRuns: 30 },
      )
    }
  })

  it('have the same bytes on every platform', () => {
    const hash = createHash('sha256')
    for (const name of NAMES) {
      const classify = createLinearClassifier(loadLinearModel(name))
      hash.update(
        new Uint8Array(
          classify(['Buy now! You cannot lose', 'text me on Signal', 'a terrible, rude idiot'])
            .buffer,
        ),
      )
    }
    assert.equal(
      hash.digest('hex'),
      '470fee823fadda8c6789044f0225d7a383482bc68bb5954d6551fbce24e06e82',
    )
  })

  it('take linear time on texts that are made to be slow', () => {
    const before = process.cpuUsage()
    for (const name of NAMES)
      createLinearClassifier(loadLinearModel(name))([
        'a. '.repeat(100_000),
        '!'.repeat(300_000),
        'not '.repeat(100_000),
      ])
    const { user } = process.cpuUsage(before)
    assert.ok(user < 2_000_000, `${user} µs`)
  })
})

describe('the classifiers of the package', () => {
  it('find compliance topics in sentences that training did not see', () => {
    const score = scorer('classify-compliance')
    const cases: readonly (readonly [string, string])[] = [
      ['off-channel', 'Better continue on WhatsApp, this line is recorded.'],
      [
        'insider-information',
        'Sell the shares before the merger is announced, I was told by an insider.',
      ],
      ['bribery', 'The inspector wants his envelope in cash, hide the payment as consulting fees.'],
      ['guarantee', 'With this fund you cannot lose, guaranteed returns without any risk.'],
      ['complaint', 'I wish to make a formal complaint about the fees, I want my money back.'],
      ['harassment', 'My manager keeps touching me and making sexual comments.'],
      [
        'market-manipulation',
        'We should push the price up before the close and then dump the stock.',
      ],
    ]
    for (const [label, text] of cases) {
      const filler =
        'Please find the agenda for Monday attached. The meeting room is on the second floor. '
      const scores = score(filler.repeat(5) + text)
      assert.ok((scores[label] as number) > 0.5, `${label}: ${JSON.stringify(scores)}`)
    }
  })

  it('stay calm over everyday mail', () => {
    const text = `Hi all, the build failed again because the disk of the server was full. I removed old logs and started
      it again. Could you look at the draft contract before our call on Tuesday? Thanks, and see you at lunch.`
    for (const name of ['classify-spam', 'classify-toxicity', 'classify-compliance'])
      for (const [label, score] of Object.entries(scorer(name)(text)))
        assert.ok(score < 0.5, `${label}: ${score}`)
  })

  it('tell spam, hostility and the tone of an opinion', () => {
    const spam = scorer('classify-spam')
    assert.ok(
      (spam('CLICK HERE NOW to claim your free prize! No risk, 100% guaranteed, order today!')[
        'spam'
      ] as number) > 0.8,
    )
    const toxicity = scorer('classify-toxicity')(
      'Shut up you pathetic idiot. I will break your legs.',
    )
    assert.ok((toxicity['toxic'] as number) > 0.5 && (toxicity['threat'] as number) > 0.5)
    const tone = scorer('classify-sentiment')
    const happy = tone('Wonderful hotel, friendly staff, we loved it.')
    const unhappy = tone('Terrible hotel, rude staff, never again. Not good.')
    assert.ok((happy['positive'] as number) > (happy['negative'] as number))
    assert.ok((unhappy['negative'] as number) > (unhappy['positive'] as number))
  })
})
