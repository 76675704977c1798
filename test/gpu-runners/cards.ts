import type { ClassifyCard, EmbedCard, SummariseCard } from '../../gpu-runners/models/model-card.ts'

const COMMON = {
  version: '7',
  summary: 'For tests.',
  licence: 'Apache-2.0',
  languages: [],
  input: 'text',
  maxTokens: 512,
  batching: { cost: 'padded', maxBatchTokens: 4096, maxBatchItems: 32 },
  intendedUse: ['tests'],
  limits: ['everything'],
  measured: [],
} as const

type Changes<T> = Partial<Omit<T, 'task'>>

export const anEmbedCard = (changes: Changes<EmbedCard> = {}): EmbedCard =>
  structuredClone({
    ...COMMON,
    task: 'embed',
    name: 'tiny',
    dimensions: 2,
    metric: 'cosine',
    ...changes,
  }) as EmbedCard

export const aClassifyCard = (changes: Changes<ClassifyCard> = {}): ClassifyCard =>
  structuredClone({
    ...COMMON,
    task: 'classify',
    name: 'mood',
    labels: [
      { label: 'glad', threshold: 0.5, doc: 'glad' },
      { label: 'sad', threshold: 0.8, doc: 'sad' },
    ],
    ...changes,
  }) as ClassifyCard

export const aSummariseCard = (changes: Changes<SummariseCard> = {}): SummariseCard =>
  structuredClone({
    ...COMMON,
    task: 'summarise',
    name: 'brief',
    maxSummaryTokens: 50,
    ...changes,
  }) as SummariseCard
