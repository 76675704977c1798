import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { recogniseStage } from '../../../processors/recognise/index.ts'
import { redactStage } from '../../../processors/redact/index.ts'
import type { Parsed } from '../../../topology/model/draft.ts'
import { Fault } from '../../../topology/model/failure.ts'
import type { Ner, NerEntity } from '../../../topology/ports/ner.ts'
import type { Ports } from '../../../topology/ports/ports.ts'
import { aDocumentEvent } from '../../builders/a-document-event.ts'
import { plainDocument } from '../../../topology/model/plain-document.ts'
import { listedNer } from '../../builders/listed-ner.ts'
import { aStageContext } from '../../builders/test-ports.ts'

const NAMES = { 'Wilma Quux': 'PERSON', Grauheim: 'LOCATION' }
const TEXT = 'Wilma Quux of Grauheim, wilma@example.org, called.'

const parsed = (text = TEXT, subject?: string): Parsed => ({
  event: aDocumentEvent(),
  contentHash: '00',
  bytes: text.length,
  document: { ...plainDocument(text), ...(subject === undefined ? {} : { subject }) },
})

const ask = (ner: Ner | undefined, value = parsed()) =>
  recogniseStage({ model: 'listed@1' }).run(value, {
    ...aStageContext({}),
    ports: (ner ? { ner } : {}) as Ports,
  })

const redact = async (value: Parsed, policy: object = {}) => {
  const file = {
    version: 1,
    name: 'test',
    entities: { PERSON: {}, LOCATION: {}, EMAIL_ADDRESS: {} },
    ...policy,
  }
  const run = await redactStage({ policy: file, keys: new Map() }).create()
  return run(value, { attempt: 1, key: 'k', timestamp: 0 })
}

const answered = async (value?: Parsed, names: Readonly<Record<string, string>> = NAMES) => {
  const outcome = await ask(listedNer(names), value)
  assert.ok(outcome.kind === 'forward')
  return outcome.values[0]!
}

const answering = (...entities: Partial<NerEntity>[]): Ner =>
  listedNer(
    {},
    {
      find: (texts) =>
        Promise.resolve({
          entities: texts.map(() =>
            entities.map((each) => ({ start: 0, end: 1, type: 'PERSON', score: 50, ...each })),
          ),
        }),
    },
  )

describe('names that a model finds', () => {
  it('are merged with what is found by rules, and say which model found them', async () => {
    const outcome = await redact(await answered())
    assert.ok(outcome.kind === 'forward')
    const [value] = outcome.values
    assert.match(
      value!.document.text,
      /^\[PERSON(_1)?\] of \[LOCATION\], \[EMAIL_ADDRESS\], called\.$/,
    )
    assert.deepEqual(
      value!.findings.map(({ type, recogniser }) => [type, recogniser]),
      [
        ['PERSON', 'ner/listed@1'],
        ['LOCATION', 'ner/listed@1'],
        ['EMAIL_ADDRESS', 'email'],
      ],
    )
    assert.ok(!('ner' in value!), 'places of the text before go no further')
  })

  it('give way to what a checksum confirmed, whatever the model says of it', async () => {
    const value = await answered(parsed(), { 'Grauheim, wilma@example.org': 'LOCATION' })
    const outcome = await redact(value)
    assert.ok(outcome.kind === 'forward')
    const { text } = outcome.values[0]!.document
    assert.ok(
      !text.includes('Grauheim') && !text.includes('wilma') && text.includes('[EMAIL_ADDRESS]'),
    )
  })

  it('are found in the subject, too', async () => {
    const value = await answered(parsed(TEXT, 'Visit of Wilma Quux'))
    const outcome = await redact(value)
    assert.ok(outcome.kind === 'forward')
    assert.match(outcome.values[0]!.document.subject!, /^Visit of \[PERSON(_\d)?\]$/)
  })

  it('count only where the policy wants their type and score', async () => {
    const weak = { PERSON: { minScore: 90 }, LOCATION: { enabled: false } }
    const outcome = await redact(await answered(), { entities: weak })
    assert.ok(outcome.kind === 'forward')
    assert.match(outcome.values[0]!.document.text, /^Wilma Quux of Grauheim/)
  })

  it('are not looked for again in what was redacted before', async () => {
    const first = await redact(await answered())
    assert.ok(first.kind === 'forward')
    const { text } = first.values[0]!.document
    const again = await redact(
      await answered(parsed(text), { PERSON: 'PERSON', '[LOCATION]': 'PERSON' }),
    )
    assert.ok(again.kind === 'forward')
    assert.equal(again.values[0]!.document.text, text)
  })

  it('must have been asked for where the policy requires it: else nothing is let through', async () => {
    const outcome = await redact(parsed(), { requireNer: true })
    assert.ok(outcome.kind === 'dead-letter')
    assert.equal(outcome.failure.disposition, 'PII_BLOCKED')
    assert.equal(outcome.failure.code, 'ner-missing')
    assert.doesNotMatch(outcome.failure.message, /Wilma|example/)
    assert.equal((await redact(await answered(), { requireNer: true })).kind, 'forward')
    // An answer that nothing was found is an answer.
    assert.equal((await redact(await answered(parsed(), {}), { requireNer: true })).kind, 'forward')
  })

  it('of an answer that does not fit are not used, and nothing is let through', async () => {
    const bad: Partial<NerEntity>[] = [
      { end: 9_999 },
      { start: -1 },
      { start: 3, end: 3 },
      { start: 0.5 },
      { score: 101 },
      { score: 0.7 },
      { type: 'per' },
    ]
    for (const entity of bad) {
      const outcome = await ask(answering({}, entity))
      assert.ok(outcome.kind === 'dead-letter', JSON.stringify(entity))
      assert.equal(outcome.failure.code, 'ner-unusable')
      assert.equal(outcome.failure.disposition, 'PII_BLOCKED')
      assert.doesNotMatch(outcome.failure.message, /Wilma|Quux/)
    }
    const cut = await ask(answering({ start: 1, end: 3 }), parsed('😀 of'))
    assert.ok(cut.kind === 'dead-letter')
    const short = await ask(listedNer({}, { find: () => Promise.resolve({ entities: [] }) }))
    assert.ok(short.kind === 'dead-letter')
  })

  it('are waited for while the model is away, is another one, or has no driver', async () => {
    const down = () => Promise.reject(new Fault('dependency-down', 'ner', 'away'))
    for (const ner of [
      listedNer(NAMES, { find: down }),
      listedNer(NAMES, { model: 'listed@2' }),
      undefined,
    ])
      await assert.rejects(
        ask(ner),
        (error) => error instanceof Fault && error.dependency === 'ner',
      )
  })
})
