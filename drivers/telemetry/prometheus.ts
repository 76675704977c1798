import { collectDefaultMetrics, Registry, type Metric } from 'prom-client'
import { metricFamilies } from './metric-families.ts'
import type { MetricFamily, Reading } from './metric-family.ts'

/*
 * prom-client 15.1.3, the only file that loads it. It writes the text and brings the metrics of the process. Its counters and
 * histograms are not used: a call of theirs per record costs as much as a stage of ours, and all that they would hold is
 * there when it is asked for.
 */

interface Value {
  readonly metricName?: string
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
}

const labelsOf = (
  { labels }: MetricFamily,
  values: readonly (string | number)[],
): Readonly<Record<string, string | number>> =>
  Object.fromEntries(labels.map((label, index) => [label, values[index] ?? '']))

function* valuesOf(family: MetricFamily, reading: Reading): Iterable<Value> {
  if (family.type !== 'histogram') {
    for (const [labels, value] of family.read(reading))
      yield { labels: labelsOf(family, labels), value }
    return
  }
  const { name } = family
  for (const [values, found] of family.read(reading)) {
    const labels = labelsOf(family, values)
    const counts = found.cumulative()
    for (const [index, le] of found.bounds.entries())
      yield { metricName: `${name}_bucket`, labels: { ...labels, le }, value: counts[index] ?? 0 }
    yield { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: found.count }
    yield { metricName: `${name}_sum`, labels, value: found.sum }
    yield { metricName: `${name}_count`, labels, value: found.count }
  }
}

export interface Exposition {
  readonly contentType: string
  /** All metrics as text, as of now. */
  readonly text: () => Promise<string>
}

/** Metrics in the text format of Prometheus. `read` is asked at every scrape. */
export const createExposition = (read: () => Promise<Reading>): Exposition => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  let reading: Reading | undefined
  for (const family of metricFamilies) {
    const { name, help, type } = family
    const get = async () => ({
      name,
      help,
      type,
      aggregator: 'sum',
      values: reading ? [...valuesOf(family, reading)] : [],
    })
    // The registry asks a metric for nothing but its name and this.
    registry.registerMetric({ name, get } as unknown as Metric)
  }
  return {
    contentType: registry.contentType,
    text: async () => {
      reading = await read()
      return registry.metrics()
    },
  }
}
