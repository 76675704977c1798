import { readFileSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { createChunker } from '../../processors/chunk/chunk.ts'
import { defaultChunkOptions } from '../../processors/chunk/options.ts'
import { createParser } from '../../processors/parse/parse.ts'
import { loadPolicyFile, requirePolicy } from '../../processors/redact/load-policy.ts'
import { redactDocument } from '../../processors/redact/redact-document.ts'
import { tokeniserOnce } from '../../processors/tokenise/index.ts'

/** Takes lists of paths from mail to chunks, and answers each with the number of chunks. It reads the files itself. */
const parse = await createParser()
const tokeniser = tokeniserOnce()()
const chunk = createChunker(defaultChunkOptions, tokeniser)
const keys = new Map<string, Uint8Array>()
const policy = requirePolicy(loadPolicyFile('default'), keys)

parentPort!.on('message', (paths: readonly string[]) => {
  void (async () => {
    let chunks = 0
    for (const path of paths) {
      const parsed = await parse({ content: readFileSync(path) })
      if (parsed.kind !== 'parsed') continue
      const redacted = redactDocument(parsed.document, policy, { keys, tenantId: 'bench' })
      if (redacted.kind !== 'redacted') continue
      const { document, places } = redacted
      chunks += chunk(document, tokeniser.tokenise(document.text), places).length
    }
    parentPort!.postMessage(chunks)
  })()
})
parentPort!.postMessage('ready')
