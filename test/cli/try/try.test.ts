import assert from 'node:assert/strict'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { linesOf, runProgram } from '../run-program.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const text = 'Grüße 😀 from Ada, mail ada@example.org or call +44 20 7946 0958 today.'
const line = `${JSON.stringify({ id: 'a', text })}\n`

const mail = [
  'From: Ada Example <ada@example.org>',
  'To: team@example.org',
  'Subject: Delayed shipment',
  'Date: Tue, 03 Jun 2025 10:00:00 +0000',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'The shipment is delayed by two days. We are sorry for that.',
  '',
].join('\r\n')

const tryOne = async (...args: readonly string[]): Promise<Record<string, unknown>> => {
  const said = await runProgram(['try', ...args], line)
  assert.equal(said.err, '')
  assert.equal(said.code, 0)
  const [first, ...others] = linesOf(said)
  assert.deepEqual(others, [])
  assert.equal(first?.['id'], 'a')
  return first ?? {}
}

describe('try', () => {
  const folder = temporaryFolder()

  it('parse gives the canonical text of a file and what is known of it', async () => {
    const path = join(folder(), 'a mail #1.eml')
    writeFileSync(path, mail)
    const said = await runProgram(['try', 'parse', path])
    const [parsed] = linesOf(said)
    assert.deepEqual(Object.keys(parsed ?? {}), [
      'path',
      'text',
      'spans',
      'subject',
      'participants',
      'dates',
      'attachments',
      'warnings',
      'type',
      'language',
    ])
    assert.equal(parsed?.['path'], path)
    assert.equal(parsed?.['subject'], 'Delayed shipment')
    assert.equal(parsed?.['type'], 'message/rfc822')
    assert.equal(parsed?.['language'], 'en')
    assert.deepEqual(parsed?.['dates'], { sent: Date.UTC(2025, 5, 3, 10) })
    assert.match(parsed?.['text'] as string, /delayed by two days/)
  })

  it('passes over a byte order mark before the first line', async () => {
    const said = await runProgram(['try', 'tokenise'], `\uFEFF${line}`)
    assert.deepEqual([said.code, linesOf(said)[0]?.['id']], [0, 'a'])
  })

  it('parse takes a mail out of an mbox by its URI, and refuses to guess which one', async () => {
    const path = join(folder(), 'in.mbox')
    const second = mail.replace('Delayed shipment', 'Another one')
    writeFileSync(path, `From a@b Tue Jun  3 10:00:00 2025\r\n${mail}\r\n`)
    assert.equal((await runProgram(['try', 'parse', path])).code, 0)
    appendFileSync(path, `From a@b Tue Jun  3 10:00:00 2025\r\n${second}\r\n`)
    const said = await runProgram(['try', 'parse', path])
    assert.equal(said.code, 3)
    const { code, message } = linesOf(said)[0]!['error'] as { code: string; message: string }
    assert.equal(code, 'container')
    const uri = /file:.*$/.exec(message)?.[0] ?? ''
    const [parsed] = linesOf(await runProgram(['try', 'parse', uri]))
    assert.deepEqual([parsed?.['path'], parsed?.['subject']], [uri, 'Another one'])
  })

  it('redact gives places of the text as it was given, in UTF-16 units', async () => {
    const { text: redacted, findings } = await tryOne('redact')
    assert.equal(redacted, 'Grüße 😀 from Ada, mail [EMAIL_ADDRESS] or call [PHONE_NUMBER] today.')
    const found = findings as { start: number; end: number; type: string }[]
    assert.deepEqual(
      found.map(({ start, end, type }) => [text.slice(start, end), type]),
      [
        ['ada@example.org', 'EMAIL_ADDRESS'],
        ['+44 20 7946 0958', 'PHONE_NUMBER'],
      ],
    )
    for (const each of found)
      assert.deepEqual(Object.keys(each), ['start', 'end', 'type', 'score', 'recogniser'])
  })

  it('redact takes the policy it is given', async () => {
    const path = join(folder(), 'policy.yaml')
    writeFileSync(path, 'version: 1\nname: masking\ndefaultOperator: mask\n')
    const { text: redacted } = await tryOne('redact', '--policy', path)
    assert.match(redacted as string, /mail \*+@\*+\.\*+ or/)
  })

  it('tokenise gives one place per token, in UTF-16 units', async () => {
    const { ids, offsets } = await tryOne('tokenise')
    assert.equal((ids as number[]).length, (offsets as number[][]).length)
    const pieces = (offsets as [number, number][]).map(([start, end]) => text.slice(start, end))
    assert.equal(pieces.join(''), text.replaceAll(/\s/g, ''))
  })

  it('chunk shows keys of near-duplicates where they are asked for', async () => {
    const { chunks } = await tryOne('chunk', '--set', 'chunk.nearDuplicates=true')
    const [chunk] = chunks as { nearKeys: string[] }[]
    assert.ok(chunk!.nearKeys.length > 0)
  })

  it('chunk cuts to the sizes it is given', async () => {
    const { chunks } = await tryOne('chunk', '--max-tokens', '18', '--overlap', '0')
    const cut = chunks as { start: number; end: number; ids: number[] }[]
    assert.ok(cut.length > 1)
    for (const each of cut) {
      assert.deepEqual(Object.keys(each), ['start', 'end', 'ids'])
      assert.ok(each.ids.length <= 16)
    }
    assert.equal(cut.at(-1)?.end, text.length)
  })

  it('embed gives a vector of length 1', async () => {
    const { vector, model } = await tryOne('embed')
    const square = (vector as number[]).reduce((sum, value) => sum + value * value, 0)
    assert.ok(Math.abs(square - 1) < 1e-5)
    assert.equal((vector as number[]).length, 384)
    assert.equal(model, 'embed-hash@1')
  })

  it('classify gives scores by model and label, of the models it is given', async () => {
    const { scores, accepted } = await tryOne('classify', '--model', 'classify-sentiment')
    const labels = (scores as Record<string, Record<string, number>>)['classify-sentiment'] ?? {}
    assert.deepEqual(Object.keys(scores as object), ['classify-sentiment'])
    assert.deepEqual(Object.keys(labels), ['negative', 'neutral', 'positive'])
    assert.deepEqual(Object.keys(accepted as object), ['classify-sentiment'])
  })

  it('summarise leaves out what a mail says by habit, and gives an empty summary of an empty text', async () => {
    const path = join(folder(), 'a.eml')
    writeFileSync(
      path,
      `${mail}\r\n> An older message that is quoted here.\r\n-- \r\nAda Example\r\n`,
    )
    const [summary] = linesOf(await runProgram(['try', 'summarise', path]))
    assert.match(summary?.['text'] as string, /shipment is delayed/)
    assert.doesNotMatch(summary?.['text'] as string, /quoted|Ada/)
    const [empty] = linesOf(await runProgram(['try', 'summarise'], '{"id":1,"text":" "}\n'))
    assert.deepEqual([empty?.['id'], empty?.['text']], [1, ''])
  })

  it('says what could not be read, goes on with the others, and ends with 3', async () => {
    const input = [
      '{"id":"none","path":"/no/such/file"}',
      '{"id":"folder","path":"/"}',
      'no JSON',
      '{"id":"both","text":"a","path":"b"}',
      '{"id":"number","text":5}',
      '',
      '{"id":"good","text":"hello"}',
    ].join('\n')
    const said = await runProgram(['try', 'redact'], input)
    assert.equal(said.code, 3)
    assert.deepEqual(
      linesOf(said).map(({ id, line: at, error }) => [
        id ?? at,
        (error as { code: string } | undefined)?.code,
      ]),
      [
        ['none', 'not-found'],
        ['folder', 'not-a-file'],
        [3, 'line-invalid'],
        ['both', 'line-invalid'],
        ['number', 'line-invalid'],
        ['good', undefined],
      ],
    )
    const [none, directory] = linesOf(said).map(({ error }) => JSON.stringify(error))
    assert.match(none!, /"there is no such file"/)
    assert.match(directory!, /"this is no file; one is read at a time/)
  })

  it('refuses a text beyond the budget of its policy, without saying anything of it', async () => {
    const path = join(folder(), 'policy.yaml')
    writeFileSync(path, 'version: 1\nname: small\nbudget: { characters: 10, findings: 10 }\n')
    const said = await runProgram(['try', 'redact', '--policy', path], line)
    assert.equal(said.code, 3)
    assert.deepEqual(linesOf(said), [
      {
        id: 'a',
        error: { code: 'characters-over-budget', message: 'more than 10 characters' },
      },
    ])
  })

  const atStart = [
    [['redact', '--policy', 'no-such-policy'], 78, /no policy "no-such-policy"/],
    [
      ['tokenise', '--tokenizer', '/no/such/file'],
      78,
      /tokenise\.tokenizerFile: \/no\/such\/file: cannot be read: ENOENT/,
    ],
    [
      ['embed', '--model', 'embed-hsh'],
      78,
      /models\.embed: there is no model "embed-hsh"; did you mean "embed-hash"/,
    ],
    [['chunk', '--max-tokens', '64'], 78, /overlap must be under half of the 62 tokens/],
    [['chunk', '--overlap', 'x'], 2, /expected a whole number of at least 0/],
    [['redct'], 2, /Did you mean redact\? There are parse, recognise, redact/],
  ] as const
  for (const [args, code, message] of atStart)
    it(`ends before any input with ${code} on ${args.join(' ')}`, async () => {
      const said = await runProgram(['try', ...args], line)
      assert.equal(said.code, code)
      assert.equal(said.out, '')
      assert.match(said.err, message)
    })
})
