import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { loadOrFail } from '../../cli/load-config.ts'
import { temporaryFolder } from '../cli/temporary-folder.ts'
import { repository } from './repository.ts'

describe('the page of the large language model', () => {
  const folder = temporaryFolder()

  it('begins with a profile that goes on with a data folder of the default one', () => {
    const page = readFileSync(join(repository, 'docs/llm.md'), 'utf8')
    const [, profile = ''] = /cat > llm\.yaml <<'EOF'\n(.*?)EOF\n/s.exec(page) ?? []
    const path = join(folder(), 'llm.yaml')
    writeFileSync(path, profile)
    const config = loadOrFail(path, [])
    assert.equal(config.drivers.summaries, 'llm')
    assert.equal(config.partitions, loadOrFail('embedded', []).partitions)
  })
})
