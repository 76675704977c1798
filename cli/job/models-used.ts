/** What the models of one sub-topology did for this process. */
export interface ModelsUsed {
  readonly subTopology: string
  readonly requests: number
  readonly items: number
  readonly cachedItems: number
  readonly tokens: number
  readonly paddedTokens: number
  /** 0 where the model server does not tell. */
  readonly computeSeconds: number
  /** By the configured prices, in prices.currency. */
  readonly cost: number
}

type Counts = ReadonlyMap<string, number>

/** The sub-topologies of which models computed something, from what their stages count. */
export const modelsUsed = (
  parts: Iterable<readonly [subTopology: string, counts: Counts]>,
): readonly ModelsUsed[] => [...parts].flatMap(([name, counts]) => usedBy(name, counts) ?? [])

const usedBy = (subTopology: string, counts: Counts): ModelsUsed | undefined => {
  const count = (name: string): number => counts.get(name) ?? 0
  if (count('modelItems') + count('cachedItems') === 0) return undefined
  return {
    subTopology,
    requests: count('modelRequests'),
    items: count('modelItems'),
    cachedItems: count('cachedItems'),
    tokens: count('modelTokens'),
    paddedTokens: count('modelPaddedTokens'),
    computeSeconds: count('computeMicros') / 1e6,
    cost: count('costNanos') / 1e9,
  }
}

/** For people: nothing where nothing is known of what it took. */
export const usageLines = (models: readonly ModelsUsed[], currency: string): readonly string[] =>
  models
    .filter(({ computeSeconds, cost }) => computeSeconds > 0 || cost > 0)
    .map(({ subTopology, computeSeconds, cost }) => {
      const price = cost > 0 ? `, ${amountText(cost)} ${currency}` : ''
      return `${subTopology}: ${computeSeconds.toFixed(2)} s of the model server${price}`
    })

/** `2,548.00`; less than one with as many places as show three digits that count: `0.000123`. */
const amountText = (amount: number): string =>
  amount.toLocaleString(
    'en-US',
    amount < 1
      ? { maximumSignificantDigits: 3 }
      : { minimumFractionDigits: 2, maximumFractionDigits: 2 },
  )
