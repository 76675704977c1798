// Measures what docs/by-hand.md says of metrics: a value told to our figures against one told to prom-client. Prints CPU
// microseconds of each. Needs a build; not part of the tests.
import { Histogram, Registry } from 'prom-client'
import { Figures, workSeconds } from '../dist/drivers/telemetry/figures.js'

const count = 2_000_000
const labelNames = ['sub_topology', 'stage']
const registers = [new Registry()]
const histogram = new Histogram({
  name: 'x',
  help: 'x',
  labelNames,
  buckets: workSeconds,
  registers,
})
const figures = new Figures({ emit: () => {} }, Date.now)

const cpuOf = (work) => {
  const before = process.cpuUsage()
  for (let index = 0; index < count; index++) work(index % 97)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / count
}

for (let round = 0; round < 3; round++) {
  const library = cpuOf((ms) =>
    histogram.observe({ sub_topology: 'embed', stage: 'embed' }, ms / 1_000),
  )
  const ours = cpuOf((ms) =>
    figures.emit({ kind: 'stage-time', subTopology: 'embed', stage: 'embed', ms }),
  )
  console.log(`prom-client ${library.toFixed(3)} µs, ours ${ours.toFixed(3)} µs`)
}
