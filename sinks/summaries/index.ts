export { summaryDefaults, type SummaryOptions } from './options.ts'
export { storeSummary } from './store-summary.ts'
export { summaryKey, summarySink } from './summary-sink.ts'
