import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { parse } from 'yaml'
import { metricFamilies } from '../../drivers/telemetry/metric-families.ts'
import { repository } from '../scripts/repository.ts'

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[]
  }[]
}

const rules = (
  parse(readFileSync(join(repository, 'deploy/prometheus/alerts.yml'), 'utf8')) as Rules
).groups.flatMap((group) => group.rules)

describe('the alerts', () => {
  it('ask for metrics and labels that there are', () => {
    const families = new Map(metricFamilies.map((family) => [family.name, family]))
    for (const { alert, expr } of rules) {
      const names = expr.match(/archive_streams_[a-z_]+/g) ?? []
      assert.ok(names.length > 0, alert)
      for (const name of names) assert.ok(families.has(name), `${alert}: ${name}`)
      for (const [, list = ''] of expr.matchAll(/by \(([a-z_, ]+)\)/g)) {
        const known = new Set(names.flatMap((name) => families.get(name)?.labels ?? []))
        for (const label of list.split(', ')) assert.ok(known.has(label), `${alert}: ${label}`)
      }
    }
  })

  it('are explained, each of them', () => {
    const page = readFileSync(join(repository, 'docs/operating.md'), 'utf8')
    for (const { alert } of rules) assert.ok(page.includes(`\`${alert}\``), alert)
  })
})
