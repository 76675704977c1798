import { readFileSync } from 'node:fs'
import { problemLines } from '../../config/load.ts'
import { policyProblems } from '../../config/references.ts'
import type { Config } from '../../config/schema.ts'
import { systemClock } from '../../drivers/system/system-clock.ts'
import { createWorkerPureRunner } from '../../drivers/workers/worker-pure-runner.ts'
import { checkModels } from '../../gpu-runners/models/check-models.ts'
import { loadPolicyFile, requirePolicy } from '../../processors/redact/load-policy.ts'
import { openTokeniser } from '../../processors/tokenise/open-tokeniser.ts'
import { asTenantId, asUri } from '../../schemas/brands.ts'
import type { Fetched } from '../../topology/model/draft.ts'
import { createPipeline } from '../../topology/pipeline.ts'
import { pipelineModule } from '../compose.ts'
import { publisher } from '../identity.ts'
import { counted } from '../output.ts'
import { openModels, usedCardsOf } from '../open-models.ts'
import { modelCardsOf, pipelineOptionsOf } from '../pipeline-options.ts'
import { documentEventOf } from '../publish/source-events.ts'
import { ok, wrong, type Check } from './check.ts'

const unset = { kind: 'default' } as const

export const policyCheck = (config: Config): Check => ({
  name: 'policy',
  look: () => {
    const problems = policyProblems(config.redact, (path) => readFileSync(path, 'utf8'))
    if (problems.length > 0) {
      const lines = problemLines(
        problems.map(({ origin = unset, ...each }) => ({ origin, ...each })),
      )
      return wrong(lines.join('; '), 'correct the policy; docs/policies.md says how')
    }
    const keys = Object.entries(config.redact.keys)
    const policy = requirePolicy(
      loadPolicyFile(config.redact.policy),
      new Map(keys.map(([id, key]) => [id, Buffer.from(key)])),
    )
    if (policy.file.requireNer === true && config.models.recognise === undefined)
      return wrong(
        `${policy.policyVersion} requires a model for names, and models.recognise names none: every document would be a dead letter (ner-missing)`,
        'set models.recognise, or leave requireNer out (docs/policies.md)',
      )
    return ok(`${policy.policyVersion}, ${counted(keys.length, 'key')}`)
  },
})

export const tokenizerCheck = (config: Config): Check => ({
  name: 'tokenizer',
  look: () => {
    const { tokenizerFile, tokenizerSha256 } = config.tokenise
    const tokeniser = openTokeniser({
      ...(tokenizerFile !== undefined && { tokenizerFile }),
      ...(tokenizerSha256 !== undefined && { tokenizerSha256 }),
    })
    const pinned = tokenizerSha256 === undefined ? '' : ', as configured'
    const { vocabularySize, sha256 } = tokeniser
    return ok(`${vocabularySize} pieces, SHA-256 ${sha256.slice(0, 12)}…${pinned}`)
  },
})

export const modelsCheck = (config: Config): Check => ({
  name: 'models',
  look: async () => {
    const cards = usedCardsOf(config)
    const server = await openModels(config)
    try {
      const differences = checkModels(cards, await server.models())
      if (differences.length > 0)
        return wrong(differences.join('; '), 'name models that the server has, or load these')
      const names = cards.map(({ name, version }) => `${name}@${version}`).join(', ')
      const { drivers, triton, llm } = config
      const places = [
        ...(drivers.models === 'triton' || config.models.recognise !== undefined
          ? triton.endpoints
          : []),
        ...(drivers.summaries === 'llm' ? [llm.url] : []),
      ]
      return ok(places.length > 0 ? `${names} at ${places.join(', ')}` : names)
    } finally {
      await server.close()
    }
  },
})

export const chunkSizeCheck = (config: Config): Check => ({
  name: 'chunk size',
  look: () => {
    const { maxTokens } = config.chunk
    const { embed, classify } = modelCardsOf(config)
    const tooSmall = [embed, ...classify].filter((card) => card.maxTokens < maxTokens)
    if (tooSmall.length === 0) return ok(`${maxTokens} tokens, which every model reads`)
    const limits = tooSmall.map((card) => `${card.name} reads ${card.maxTokens}`).join(', ')
    const least = Math.min(...tooSmall.map((card) => card.maxTokens))
    return wrong(`${maxTokens} tokens, but ${limits}`, `set chunk.maxTokens to ${least} or less`)
  },
})

/** Sends one small document through the pure stages on a worker thread. */
export const workersCheck = (config: Config): Check => ({
  name: 'worker threads',
  look: async () => {
    const options = pipelineOptionsOf(config)
    const { memoryMb } = config.workers
    const pure = createWorkerPureRunner({
      module: pipelineModule,
      exportName: 'createPipeline',
      options,
      clock: systemClock,
      threads: 1,
      memoryMb,
    })
    const part = createPipeline(options).subTopologies.find(({ name }) => name === 'prepare')
    const nodes = (part?.nodes ?? []).flatMap((node) =>
      node.kind === 'stage' && node.stage.kind === 'pure' ? [node.name] : [],
    )
    try {
      const { node, outcome } = await pure.run({
        subTopology: 'prepare',
        nodes,
        value: smallDocument(config),
        context: { attempt: 1, key: '', timestamp: 0 },
        deadlineMs: 30_000,
      })
      // The stage before, which asks a model for names, is none of a worker thread.
      if (outcome.kind === 'dead-letter' && outcome.failure.code === 'ner-missing')
        return ok(`ran ${nodes.slice(0, nodes.indexOf(node) + 1).join(', ')}`)
      return outcome.kind === 'forward'
        ? ok(`ran ${nodes.join(', ')}`)
        : wrong(`stage ${node} answers ${outcome.kind}`, 'run "try" with that stage to see why')
    } finally {
      await pure.close()
    }
  },
})

const smallDocument = (config: Config): Fetched => {
  const content = Buffer.from('Good morning.\n')
  const file = { uri: asUri('file:///doctor.txt'), name: 'doctor.txt', modifiedAt: 0 }
  const context = {
    tenantId: asTenantId(config.tenant),
    operation: 'ARCHIVE',
    identity: publisher,
    now: 0,
  } as const
  return { event: documentEventOf(context, file), contentHash: '0'.repeat(64), content }
}
