import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createFileSourceStore } from '../../drivers/embedded/source-store/file-source-store.ts'
import { expand } from '../../processors/expand/expand.ts'
import { asUri } from '../../schemas/brands.ts'

/** What one process took to list the mails of an mbox, its start included in the memory. */
export interface Expanded {
  readonly members: number
  readonly bytes: number
  readonly seconds: number
  readonly cpuSeconds: number
  readonly peakRssBytes: number
}

const file = process.argv[2]
if (file === undefined) throw new Error('give the path of an mbox')

const sources = createFileSourceStore({ roots: [dirname(file)] })
const uri = asUri(pathToFileURL(file).href)
const { size: bytes } = await stat(file)
const began = performance.now()
let members = 0
for await (const member of expand({ uri, type: 'MBOX', bytes, modifiedAt: 0, sources }))
  if (member.bytes > 0) members += 1
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
const expanded: Expanded = {
  members,
  bytes,
  seconds: (performance.now() - began) / 1000,
  cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
  peakRssBytes: maxRSS * 1024,
}
console.log(JSON.stringify(expanded))
