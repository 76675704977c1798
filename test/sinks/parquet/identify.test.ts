import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { parquetSink } from '../../../sinks/parquet/index.ts'
import {
  aChunkSet,
  anEmbeddingSet,
  aClassificationSet,
  aPreparedDocument,
  aSummary,
} from '../../builders/outputs.ts'

const usage = (requests: number) => ({
  requests,
  items: 1,
  tokens: 2,
  paddedTokens: 2,
  cachedItems: 0,
  cachedTokens: 0,
  computeSeconds: requests / 10,
  cost: 0,
})

const ofEmbeddings = parquetSink({ dataset: 'embeddings' }).identify!
const ofClassifications = parquetSink({ dataset: 'classifications' }).identify!
const ofSummaries = parquetSink({ dataset: 'summaries' }).identify!
const ofDocuments = parquetSink({ dataset: 'documents', beside: ['redactions'] }).identify!
const ofChunks = parquetSink({ dataset: 'chunks' }).identify!

describe('the identity of an event for the Parquet sink', () => {
  it('is the same when it was made once more, whatever that cost and however a model rounded', () => {
    const set = anEmbeddingSet({ usage: usage(1) })
    const again = {
      ...set,
      usage: usage(2),
      vectors: set.vectors.map((each) => ({ ...each, vector: new Uint8Array(each.vector.length) })),
    }
    assert.equal(ofEmbeddings(again), ofEmbeddings(set))
    const scores = aClassificationSet({ usage: usage(1) })
    const results = scores.results.map((each) => ({
      ...each,
      scores: each.scores.map((score) => ({ ...score, score: score.score / 3 })),
    }))
    assert.equal(
      ofClassifications({ ...scores, results, usage: usage(2) }),
      ofClassifications(scores),
    )
    assert.equal(ofSummaries(aSummary({ usage: usage(1) })), ofSummaries(aSummary({ usage: null })))
  })

  it('is another one for another revision, version or configuration', () => {
    const document = aPreparedDocument()
    const others = [
      { ...document, revision: document.revision + 1n },
      { ...document, producedBy: { ...document.producedBy, configHash: 'another' } },
      { ...document, producedBy: { ...document.producedBy, codeVersion: 'another' } },
    ]
    for (const other of others) assert.notEqual(ofDocuments(other), ofDocuments(document))
  })

  it('is another one where chunks have come that a model did not take at first', () => {
    const set = anEmbeddingSet()
    assert.notEqual(ofEmbeddings({ ...set, vectors: set.vectors.slice(1) }), ofEmbeddings(set))
    const scores = aClassificationSet()
    const fewer = { ...scores, results: scores.results.slice(1) }
    assert.notEqual(ofClassifications(fewer), ofClassifications(scores))
  })

  it('is another one for another summary of the same document', () => {
    assert.notEqual(ofSummaries(aSummary({ text: 'one' })), ofSummaries(aSummary({ text: 'two' })))
  })

  it('is none for an erasure, which is never left out', () => {
    assert.equal(ofChunks(aChunkSet({ operation: 'ERASE' })), undefined)
    assert.notEqual(ofChunks(aChunkSet()), undefined)
  })
})
