import assert from 'node:assert/strict'
import { existsSync, mkdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { rebuildVectors } from '../../cli/commands/vectors.ts'
import { loadOrFail } from '../../cli/load-config.ts'
import { createOutput } from '../../cli/output.ts'
import { pipelineOptionsOf } from '../../cli/pipeline-options.ts'
import { createPackageSchemaRegistry } from '../../drivers/embedded/schema-registry/package-schema-registry.ts'
import { embeddingSetCodec } from '../../schemas/generated/codecs.ts'
import type { EmbeddingSet } from '../../schemas/generated/types.ts'
import { createPipeline } from '../../topology/pipeline.ts'
import type { LogRecord } from '../../topology/ports/record-log.ts'
import { documentIdOf } from '../builders/an-envelope.ts'
import { inMemoryObjectStore } from '../builders/in-memory-object-store.ts'
import { inMemoryVectorIndex } from '../builders/in-memory-vector-index.ts'
import { anEmbeddingSet } from '../builders/outputs.ts'
import { linesOf, runProgram } from './run-program.ts'
import { temporaryFolder } from './temporary-folder.ts'

describe('vectors rebuild', () => {
  const folder = temporaryFolder()
  const at = (...args: readonly string[]) => [...args, '--data-dir', join(folder(), 'data')]

  it('puts an index in place that finds the same, and leaves nothing aside', async function () {
    this.timeout(60_000)
    const source = join(folder(), 'source')
    mkdirSync(source)
    writeFileSync(join(source, 'a.txt'), 'The shipment is delayed.')
    writeFileSync(join(source, 'b.txt'), 'Lunch is at noon.')
    assert.equal((await runProgram(at('start', '--log', 'error', '--source', source))).code, 0)
    const hits = async () => linesOf(await runProgram(at('search', 'shipment', '--json')))
    const before = await hits()
    const said = await runProgram(at('vectors', 'rebuild', '--json'))
    assert.equal(said.code, 0, said.err)
    assert.deepEqual(linesOf(said), [{ from: 'topic', records: 2, points: 2 }])
    assert.deepEqual(await hits(), before)
    assert.ok(!existsSync(join(folder(), 'data', 'vectors-rebuild')))
    const copied = await runProgram(at('vectors', 'rebuild', '--from', 'index'))
    assert.equal(copied.code, 2)
  })

  /** A data folder `data` that is now `moved`. */
  const aMovedFolder = async (source: string) => {
    mkdirSync(source)
    writeFileSync(join(source, 'a.txt'), 'The shipment is delayed.')
    assert.equal((await runProgram(at('start', '--log', 'error', '--source', source))).code, 0)
    const [was, is] = ['data', 'moved'].map((name) => join(realpathSync(folder()), name))
    renameSync(was!, is!)
    return { was, is: is! }
  }
  const lookingAt = (source: string) => [
    ['search', 'shipment'],
    ['show', join(source, 'a.txt')],
    ['vectors', 'rebuild'],
  ]

  it('finds the objects of a data folder that was moved, as show, search and the next job do', async function () {
    this.timeout(60_000)
    const source = join(folder(), 'source')
    const { is } = await aMovedFolder(source)
    const look = async () => {
      for (const args of lookingAt(source)) {
        const said = await runProgram([...args, '--data-dir', is])
        assert.equal(said.code, 0, said.err)
        if (args[0] !== 'vectors') assert.match(said.out, /The shipment is delayed\./)
      }
    }
    await look()
    writeFileSync(join(source, 'b.txt'), 'Lunch is at noon.')
    const job = ['start', '--log', 'error', '--source', source, '--data-dir', is]
    const said = await runProgram(job)
    assert.equal(said.code, 0, said.err)
    await look()
  })

  it('says where it was and where it is of one that did not note where it was made', async function () {
    this.timeout(60_000)
    const source = join(folder(), 'source')
    const { was, is } = await aMovedFolder(source)
    rmSync(join(is, 'objects', '.places'))
    for (const args of lookingAt(source)) {
      const said = await runProgram([...args, '--data-dir', is])
      assert.equal(said.code, 74, args.join(' '))
      assert.ok(said.err.includes(`the data folder was made as ${was} and is now ${is}`), said.err)
      assert.match(said.err, /bring it back to where it was made, or make a new one/)
    }
  })

  const config = loadOrFail('embedded', [])
  const topology = createPipeline(pipelineOptionsOf(config))
  const { name: model, version } = pipelineOptionsOf(config).embed.card

  const setOf = (document: number, changes: Partial<EmbeddingSet> = {}): EmbeddingSet => {
    const set = anEmbeddingSet({ documentId: documentIdOf(document), ...changes })
    return { ...set, producedBy: { ...set.producedBy, model, modelVersion: version } }
  }

  /** A log of one partition with these sets; `first` is the offset of its oldest one. */
  const logOf = async (sets: EmbeddingSet[], first = 0) => {
    const serde = await createPackageSchemaRegistry().open(embeddingSetCodec)
    const record = (set: EmbeddingSet, index: number): LogRecord => ({
      offset: first + index,
      key: Buffer.from(set.documentId),
      value: serde.encode(set),
      timestamp: 0,
      headers: {},
    })
    return {
      sets,
      ends: () => Promise.resolve([first + sets.length]),
      committed: () => Promise.resolve([]),
      read: (_: unknown, offset: number, limit: number) =>
        Promise.resolve(
          sets
            .map(record)
            .filter((each) => each.offset >= offset)
            .slice(0, limit),
        ),
    }
  }

  const rebuild = async (
    log: Awaited<ReturnType<typeof logOf>>,
    inPlace: () => void = () => {},
    partial = false,
  ) => {
    const index = inMemoryVectorIndex()
    const silent = { write: () => {} }
    const steps: string[] = []
    await rebuildVectors(
      {
        topology,
        log: log as unknown as Parameters<typeof rebuildVectors>[0]['log'],
        registry: createPackageSchemaRegistry(),
        vectors: inMemoryVectorIndex(),
        objects: inMemoryObjectStore(),
      },
      {
        index,
        putInPlace: () => {
          steps.push(`${index.points.size} points in place`)
          inPlace()
          return Promise.resolve('others-wrote')
        },
        close: () => Promise.resolve(),
      },
      config,
      createOutput(false, silent, silent),
      { from: 'topic', partial },
    )
    return { index, steps }
  }

  it('brings what came while it filled, and what came before the others wrote to the new index', async () => {
    const log = await logOf([setOf(1), setOf(2)])
    const { index, steps } = await rebuild(log, () => log.sets.push(setOf(3)))
    assert.deepEqual(steps, ['2 points in place'])
    assert.equal(index.points.size, 3)
  })

  it('leaves out what other models made, but not what was erased', async () => {
    const other = setOf(2)
    const log = await logOf([
      setOf(1),
      { ...other, producedBy: { ...other.producedBy, modelVersion: '0' } },
      setOf(3),
      { ...setOf(3, { operation: 'ERASE', chunkSetUri: null, vectors: [] }), revision: 9n },
    ])
    const { index } = await rebuild(log)
    assert.deepEqual(
      [...index.points.values()].map(({ payload }) => payload.documentId),
      [documentIdOf(1)],
    )
  })

  it('refuses a topic that has lost its beginning, unless told otherwise', async () => {
    const log = await logOf([setOf(1)], 7)
    await assert.rejects(rebuild(log), /partition 0 of archive\.embeddings begins at offset 7/)
    assert.equal((await rebuild(log, undefined, true)).index.points.size, 1)
  })
})
