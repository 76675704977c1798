import type { ModelBacklog } from '../../topology/ports/telemetry.ts'
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

const ofBacklog = (
  name: string,
  help: string,
  read: (backlog: ModelBacklog) => number,
): MetricFamily => ({
  type: 'gauge',
  name: `${metricPrefix}${name}`,
  help,
  labels: ['model', 'deadline'],
  read: function* ({ backlog }) {
    for (const each of backlog) yield [[each.model, each.deadline], read(each)]
  },
})

/** What is known of requests to models, whoever made them, and of what waits for one. */
export const modelMetrics: readonly MetricFamily[] = [
  ofBacklog(
    'model_waiting_items',
    'Items that have not left for the model yet, by deadline class: interactive, bulk; absent before it is first asked.',
    ({ items }) => items,
  ),
  ofBacklog('model_waiting_tokens', 'Tokens of these items.', ({ tokens }) => tokens),
  ofBacklog('model_waiting_bytes', 'Memory that these items hold.', ({ bytes }) => bytes),
  ofBacklog(
    'model_waiting_seconds',
    'Time since the one was asked about that has waited longest, 0 when there is none.',
    ({ oldestMs = 0 }) => oldestMs / 1_000,
  ),
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
