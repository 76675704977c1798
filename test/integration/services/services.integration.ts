import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { describe, it } from 'mocha'
import { kafkaAnswers } from '../../services/kafka-probe.ts'
import { processStartedAt } from '../../services/process-start.ts'
import { registryAnswers } from '../../services/registry.ts'
import { redisAnswers } from '../../services/redis.ts'
import { kafka, redis, schemaRegistry, vectorEngine } from '../../services/services.ts'
import { vectorEngineAnswers } from '../../services/vector-engine.ts'

const child = new URL(`./start-and-wait.${import.meta.url.slice(-2)}`, import.meta.url).pathname

const until = async (done: () => boolean | Promise<boolean>, limitMs = 15_000): Promise<void> => {
  const deadline = performance.now() + limitMs
  while (!(await done())) {
    if (performance.now() > deadline) assert.fail(`not within ${limitMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

describe('the services of the integration tests', () => {
  it('give a Kafka broker that answers', async () => {
    const { address } = await kafka('kafka-4.3.1')
    const [host, port] = address.bootstrap.split(':')
    assert.ok(await kafkaAnswers(Number(port), host))
  })

  it('give a schema registry that answers', async () => {
    assert.ok(await registryAnswers((await schemaRegistry()).address))
  })

  it('give a Redis that answers', async () => {
    assert.ok(await redisAnswers((await redis()).address))
  })

  it("give Qdrant, or Qdrant's engine, that answers", async () => {
    assert.ok(await vectorEngineAnswers((await vectorEngine()).address))
  })

  it('end a service, and remove its folder, when the process that started it is killed', async () => {
    const starter = spawn(process.execPath, [child], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = (await once(createInterface({ input: starter.stdout }), 'line')) as [string]
    const { pid, folder } = JSON.parse(line) as { readonly pid: number; readonly folder: string }
    assert.ok(processStartedAt(pid))
    starter.kill('SIGKILL')
    await until(() => processStartedAt(pid) === undefined)
    await until(() => !existsSync(folder))
  })
})
