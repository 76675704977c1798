// Writes docs/metrics.md from drivers/telemetry/metric-families.ts. Needs a build. `--check` writes nothing and fails when the
// committed page differs.
import { readFileSync, writeFileSync } from 'node:fs'
import { format, resolveConfig } from 'prettier'
import { batchRecords, requestItems, workSeconds } from '../dist/drivers/telemetry/figures.js'
import { metricFamilies } from '../dist/drivers/telemetry/metric-families.js'

const target = new URL('../docs/metrics.md', import.meta.url)

const row = ({ name, type, labels, help }) =>
  `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`

const page = `# Metrics and probes

<!-- Generated from drivers/telemetry/metric-families.ts by \`npm run docs:metrics\`. Edit that file or the script, not this page. -->

\`start\` and \`run\` answer four pages over HTTP. They show figures and names of stages, topics and error codes; never a document, a
document id, a tenant or a file name. Nothing can be changed through them.

| page | for | answers |
| --- | --- | --- |
| \`/metrics\` | Prometheus | the metrics below, in its text format |
| \`/health/live\` | liveness probe | 200 while every loop turns, else 503 and why; a dependency that is down does not fail it |
| \`/health/ready\` | readiness probe | 200 while every sub-topology has its place in its group, no dependency is down and nothing drains, else 503 and why |
| \`/status\` | \`archive-streams status\` | JSON: what is in flight, what is paused and why, breakers, age of commits, what waits for models |

They are on, at \`http.host\` 127.0.0.1 and a free port (\`http.port\` 0), which \`run\` says and \`status\` finds through the data
folder. For Prometheus and Kubernetes give both: \`--metrics-port 9464 --set http.host=0.0.0.0\`; \`--set http.enabled=false\` turns
them off. There is no TLS and no password: keep the port inside.

## What it costs

The engine adds plain numbers up; metrics are made of them when somebody asks. A question about lag is one to the log for each topic and
group, and one more for each partition that has lag; they are asked once at a time and wait at most 3 seconds.

## Metrics

Times are seconds, sizes are bytes. Labels come from the topology and from closed lists; whatever is beyond 200 combinations of a
counter's labels is counted as \`other\`. Beside these there are those of prom-client for the process
(\`process_*\`, \`nodejs_*\`); its CPU counters begin with the first scrape.

| metric | type | labels | meaning |
| --- | --- | --- | --- |
${metricFamilies.map(row).join('\n')}

Histograms have the buckets ${workSeconds.join(', ')} seconds, ${batchRecords.join(', ')} records, and ${requestItems.join(', ')} items.

Lag is told by whoever owns a partition, so sums over processes are right: \`sum by (sub_topology) (archive_streams_lag_records)\`,
\`max by (sub_topology) (archive_streams_lag_seconds)\`. A partition that nobody owns is told by nobody: alert on
\`sum(archive_streams_assigned_partitions)\` too, or ask \`archive-streams status\`, which looks from outside. Sinks that write ranges
(Parquet) hold records back until a file is full or \`parquet.maxAgeMs\` old: lag up to that age is how they work.

Alerts to begin with are in [operating.md](operating.md).
`

const wanted = await format(page, { ...(await resolveConfig(target)), parser: 'markdown' })
if (!process.argv.includes('--check')) writeFileSync(target, wanted)
else if (readFileSync(target, 'utf8').replaceAll('\r\n', '\n') !== wanted) {
  console.error('docs/metrics.md is out of date: run `npm run docs:metrics` and commit')
  process.exit(1)
}
