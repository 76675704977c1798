import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'mocha'
import { imageOf, kafkaEnvironment } from './containers.ts'
import { pins } from './pins.ts'

// Whether the containers start can only be seen where a Docker engine is; npm run test:integration uses one that answers.
describe('services in containers', () => {
  it('are of the versions that are pinned for downloads', () => {
    for (const name of ['kafka-4.3.1', 'kafka-3.9.2', 'registry'] as const) {
      const version = imageOf(name).split(':')[1]
      const [artefact = ''] = pins[name].artefacts
      assert.equal(artefact.split(':')[2], version)
    }
    assert.equal(imageOf('redis'), `redis:${pins.redis.version}`)
  })

  it('have Qdrant as docker-compose.yml has it', () => {
    const compose = readFileSync(new URL('../../../docker-compose.yml', import.meta.url), 'utf8')
    assert.ok(compose.includes(`image: ${imageOf('qdrant')}\n`))
  })

  it('tell clients the port at which they find the broker', () => {
    const listeners = kafkaEnvironment(29_007)['KAFKA_ADVERTISED_LISTENERS']
    assert.equal(listeners, 'PLAINTEXT://127.0.0.1:29007')
  })
})
