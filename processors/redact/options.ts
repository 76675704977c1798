import { z } from 'zod'
import { ENTITY_TYPES } from './entity-types.ts'

/** Name of a type that only a policy knows: `EMPLOYEE_ID`. */
const typeName = z.string().regex(/^[A-Z][A-Z0-9_]{1,47}$/, 'a type is written LIKE_THIS')

const operator = z.enum([
  'replace',
  'numbered',
  'mask',
  'hash',
  'pseudonymise',
  'encrypt',
  'fpe',
  'date-shift',
  'keep',
])
export type Operator = z.infer<typeof operator>

const params = z.strictObject({
  /** `mask`: the character that hides. @defaultValue `*` */
  character: z
    .string()
    .length(1)
    .regex(/[*#•✱█]/u)
    .optional(),
  /** `mask`: how many letters and digits stay readable at the end, at most half of them. @defaultValue 4 */
  keepLast: z.int().min(0).max(4).optional(),
  /** `date-shift`: by how many days at most a date moves. @defaultValue 365 */
  maxDays: z.int().min(1).max(36500).optional(),
  /** `hash`, `pseudonymise`, `encrypt`, `fpe` and `date-shift`: which key. @defaultValue the policy's `keyId` */
  keyId: z.string().min(1).max(64).optional(),
})

const region = z.string().regex(/^[A-Z]{2}$/, 'a region is two capital letters (ISO 3166)')

/** How one type of personal data is found and what happens to it. */
const entity = z.strictObject({
  /** @defaultValue true when the type is named, for types that are not off by default */
  enabled: z.boolean().optional(),
  /** Findings that score lower are left alone. 0 to 100. @defaultValue 50 */
  minScore: z.int().min(0).max(100).optional(),
  /** @defaultValue the policy's `defaultOperator` */
  operator: operator.optional(),
  params: params.optional(),
  /** PHONE_NUMBER: regions whose national format is believed without a word such as "phone" beside it. */
  regions: z.array(region).optional(),
  /** More words that say that a value of this type is near, in any language. One word each. */
  context: z.array(z.string().regex(/^[\p{L}\p{M}]{2,40}$/u, 'one word of letters')).optional(),
})

const term = z.string().min(2).max(200)

const custom = z.strictObject({
  /** Letters, digits and dashes: shown in evidence as `custom/<name>`. */
  name: z.string().regex(/^[a-z0-9-]{1,40}$/),
  type: typeName,
  /** RE2 syntax: no look-around, no back-references. The whole match is the value. */
  pattern: z.string().min(1).max(1000),
  score: z.int().min(1).max(94).default(60),
  caseInsensitive: z.boolean().default(false),
})

/** What a policy is expected to do with an invented text. */
const policyTest = z
  .strictObject({
    name: z.string().min(1).max(200).optional(),
    text: z.string(),
    /** All of the redacted text. */
    becomes: z.string().optional(),
    /** Parts of the text that must be gone. */
    hides: z.array(z.string().min(1)).default([]),
    /** Parts of the text that must stay. */
    keeps: z.array(z.string().min(1)).default([]),
    /** Types that must be found. */
    finds: z.array(typeName).default([]),
  })
  .refine(
    ({ becomes, hides, keeps, finds }) =>
      becomes !== undefined || hides.length + keeps.length + finds.length > 0,
    'a test says what the text becomes, hides, keeps or finds',
  )
export type PolicyTest = z.infer<typeof policyTest>

/** A redaction policy as it stands in its file. */
export const policySchema = z.strictObject({
  version: z.int().min(1),
  name: z.string().regex(/^[a-z][a-z0-9-]{0,40}$/),
  /** Free text for the reader of the file. */
  description: z.string().optional(),
  /**
   * ISO 639-1: the languages of the documents. They decide whose national phone formats are believed where
   * PHONE_NUMBER names no `regions`. Words in the context of a value count in every language.
   */
  locales: z.array(z.string().regex(/^[a-z]{2}$/)).default([]),
  defaultOperator: operator.default('replace'),
  /** The key of `hash`, `pseudonymise`, `encrypt`, `fpe` and `date-shift` where an entity names none. */
  keyId: z.string().min(1).max(64).optional(),
  /** By type. Types that are not named keep their defaults. */
  entities: z.record(typeName, entity).default({}),
  /** Values that are never personal data, compared without case: `support@example.com`. */
  allow: z.array(term).default([]),
  /** Values that always are, by type: `{"PERSON": ["Ada Example"]}`. Found as whole words, without case. */
  deny: z.record(typeName, z.array(term)).default({}),
  custom: z.array(custom).default([]),
  /** Run by `policy test`. They change nothing, so they are no part of `policyVersion`. */
  tests: z.array(policyTest).default([]),
  /** Let nothing through that no model for names was asked about. @defaultValue false */
  requireNer: z.boolean().optional(),
  /** Find the full names of the document's own participants in its text. */
  participants: z.boolean().default(true),
  /** What a document may cost before it is refused. */
  budget: z
    .strictObject({
      /** UTF-16 code units. */
      characters: z.int().min(1).default(33_554_432),
      findings: z.int().min(1).default(500_000),
    })
    .default({ characters: 33_554_432, findings: 500_000 }),
})

export type PolicyFile = z.infer<typeof policySchema>
export type EntityOptions = z.infer<typeof entity>

/** Off until a policy names them: they find what is rarely personal by itself. */
export const OFF_BY_DEFAULT: ReadonlySet<string> = new Set(['URL', 'DATE_TIME'])

export const DEFAULT_MIN_SCORE = 50

/** Types that a policy may use: the built-in ones and those of its own lists and recognisers. */
export const knownTypes = (file: PolicyFile): ReadonlySet<string> =>
  new Set([...ENTITY_TYPES, ...Object.keys(file.deny), ...file.custom.map(({ type }) => type)])
