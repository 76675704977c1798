import fc from 'fast-check'
import type { Policy } from '../../../processors/redact/policy.ts'
import { CASES } from './cases.ts'
import { TEST_KEYS, somePolicy } from './some-policy.ts'

export const SECRETS = { keys: TEST_KEYS, tenantId: 'acme' }
/** One of each operator. */
export const POLICIES: Readonly<Record<string, Policy>> = {
  replace: somePolicy(),
  everything: somePolicy({ entities: { URL: {}, DATE_TIME: {} } }),
  numbered: somePolicy({ defaultOperator: 'numbered' }),
  mask: somePolicy({ defaultOperator: 'mask' }),
  hash: somePolicy({ defaultOperator: 'hash', keyId: 'k1' }),
  encrypt: somePolicy({ defaultOperator: 'encrypt', keyId: 'k1' }),
  fpe: somePolicy({ defaultOperator: 'fpe', keyId: 'k1' }),
  'date-shift': somePolicy({
    defaultOperator: 'date-shift',
    keyId: 'k1',
    entities: { DATE_TIME: {} },
  }),
  pseudonymise: somePolicy({ defaultOperator: 'pseudonymise', keyId: 'k1' }),
}

const FILLERS = [
  ' ',
  '\n',
  ', ',
  '. ',
  ' and ',
  ' phone ',
  ': ',
  ' - ',
  '/',
  '; call ',
  ' on ',
  '(',
  ')',
  ' born ',
  ' account ',
]
const FRAGMENTS = [
  '@',
  '+',
  '00',
  '1',
  '12',
  '2024',
  '-',
  '.',
  ' at ',
  ' dot ',
  '://',
  'password=',
  '=40',
  '\u200b',
  '<b>',
  '&#64;',
  '٣',
  '5551234',
  'a',
  'x9',
  '[',
  ']',
  '\ud800',
  '\ud835\udfd8',
  '=\n',
  '\\n',
  '\\u0040',
  '\\/',
]

const TIGHT = [...FRAGMENTS, ' ', '\n', ': ', '; call ', '(', ')', '&nbsp;', ':', '=', '&', '=3D']

/** A few values and shreds with hardly anything between them. */
export const denseText = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...CASES.map(({ text }) => text)) },
      { weight: 6, arbitrary: fc.constantFrom(...TIGHT) },
      { weight: 1, arbitrary: fc.string({ maxLength: 4, unit: 'binary' }) },
    ),
    { minLength: 2, maxLength: 7 },
  )
  .map((parts) => parts.join(''))

/** Texts of real-looking values, words and shreds in any order. */
export const someText = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...CASES.map(({ text }) => text)) },
      { weight: 4, arbitrary: fc.constantFrom(...FILLERS) },
      { weight: 3, arbitrary: fc.constantFrom(...FRAGMENTS) },
      { weight: 1, arbitrary: fc.string({ maxLength: 12, unit: 'binary' }) },
    ),
    { maxLength: 24 },
  )
  .map((parts) => parts.join(''))
