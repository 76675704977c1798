import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'mocha'
import { parse } from 'yaml'
import { repository } from '../scripts/repository.ts'

interface Service {
  readonly image: string
  readonly build?: { readonly context: string; readonly dockerfile: string }
  readonly profiles?: readonly string[]
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly environment?: Readonly<Record<string, string | number>>
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: Readonly<Record<string, unknown>>
}

describe('docker-compose.yml', () => {
  const text = readFileSync(join(repository, 'docker-compose.yml'), 'utf8')
  const compose = parse(text) as Compose
  const services = Object.entries(compose.services)
  const started = services.filter(([, service]) => !service.build)

  it('has every service of the production profile', () => {
    for (const name of ['kafka', 'registry', 'objects', 'qdrant', 'redis', 'triton'])
      assert.ok(compose.services[name], name)
  })

  it('pins every image to a version', () => {
    for (const [name, { image }] of started)
      assert.match(image.replace(/^\$\{\w+:-(.*)\}$/, '$1'), /^[a-z]+\/[a-z-]+:v?\d[\w.-]+$/, name)
  })

  it('asks every service whether it is healthy, and waits for what it depends on', () => {
    for (const [name, service] of started) {
      assert.ok((service.healthcheck?.test.length ?? 0) > 1, name)
      for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
        assert.equal(condition, 'service_healthy')
        assert.ok(compose.services[other]?.healthcheck, `${name} waits for ${other}`)
      }
    }
  })

  it('keeps data in named volumes and mounts only folders that exist', () => {
    const mounts = services.flatMap(([, service]) => service.volumes ?? [])
    for (const [source = ''] of mounts.map((mount) => mount.split(':')))
      if (source.startsWith('.')) assert.ok(existsSync(join(repository, source)), source)
      else assert.ok(source in compose.volumes, source)
    const named = mounts.map((mount) => mount.split(':')[0])
    assert.deepEqual(
      Object.keys(compose.volumes).filter((name) => !named.includes(name)),
      [],
    )
  })

  it('is reachable from this machine only, at ports that do not clash', () => {
    const ports = services.flatMap(([, service]) => service.ports ?? [])
    for (const port of ports) assert.match(port, /^127\.0\.0\.1:\d+:\d+$/)
    const host = ports.map((port) => port.split(':')[1])
    assert.equal(new Set(host).size, host.length)
  })

  it('runs Kafka in KRaft mode', () => {
    const environment = compose.services['kafka']?.environment ?? {}
    assert.equal(environment['KAFKA_PROCESS_ROLES'], 'broker,controller')
    assert.ok(!('KAFKA_ZOOKEEPER_CONNECT' in environment))
  })

  it('gives Node the young generation that the docs recommend', () => {
    const read = (file: string): string => readFileSync(join(repository, file), 'utf8')
    const [option = 'none'] =
      /NODE_OPTIONS=--max-semi-space-size=\d+/.exec(read('docs/operating.md')) ?? []
    assert.match(read('deploy/Dockerfile'), new RegExp(`^ENV .*${option}$`, 'm'))
  })

  it('builds the pipeline with a Dockerfile that copies what is there', () => {
    const file = compose.services['archive-streams']?.build?.dockerfile ?? ''
    const lines = readFileSync(join(repository, file), 'utf8').split('\n')
    const copied = lines.flatMap((line) => {
      const match = /^COPY --from=build \/build\/(\S+)/.exec(line)
      return match?.[1] ? [match[1]] : []
    })
    assert.ok(copied.length > 3)
    const made = new Set(['node_modules', 'dist'])
    for (const path of copied)
      if (!made.has(path)) assert.ok(existsSync(join(repository, path)), path)
  })
})

describe('docker compose', () => {
  before(function () {
    // Needs the client with its compose plug-in, not the daemon.
    if (spawnSync('docker', ['compose', 'version']).status !== 0) this.skip()
  })

  it('accepts the file, with every profile', () => {
    const { status, stderr } = spawnSync(
      'docker',
      ['compose', '--profile', 'gpu', '--profile', 'app', 'config', '--quiet'],
      { cwd: repository, encoding: 'utf8' },
    )
    assert.equal(status, 0, stderr)
  })
})
