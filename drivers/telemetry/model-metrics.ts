import type { Distribution } from './distribution.ts'
import type { ModelFigures } from './figures.ts'
import { metricPrefix } from './metric-family.ts'
import type { MetricFamily } from './metric-family.ts'

const ofModels = (
  name: string,
  help: string,
  read: (figures: ModelFigures) => Distribution,
): MetricFamily => ({
  type: 'histogram',
  name: `${metricPrefix}${name}`,
  help,
  labels: ['model'],
  read: function* ({ figures }) {
    for (const [model, each] of figures.models) yield [[model], read(each)]
  },
})

/** What is known of requests to models, whoever made them. */
export const modelMetrics: readonly MetricFamily[] = [
  ofModels('model_batch_items', 'Items of one request to a model.', ({ items }) => items),
  ofModels(
    'model_request_duration_seconds',
    'Time of one request to a model, attempts at other endpoints included.',
    ({ seconds }) => seconds,
  ),
  {
    type: 'counter',
    name: `${metricPrefix}model_requests_failed_total`,
    help: 'Requests to a model that failed, halves of a batch that was searched for its fault included.',
    labels: ['model'],
    read: function* ({ figures }) {
      for (const [model, { failed }] of figures.models) yield [[model], failed]
    },
  },
]
