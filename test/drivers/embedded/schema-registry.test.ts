import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPackageSchemaRegistry } from '../../../drivers/embedded/schema-registry/package-schema-registry.ts'
import { describeSchemaRegistry, olderCity } from '../../contracts/schema-registry.contract.ts'
import { temporaryFolder } from './temporary-folder.ts'

describeSchemaRegistry('the registry of the package', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder.path, 'city'))
  writeFileSync(join(folder.path, 'city', '1.avsc'), olderCity)
  const open = () => createPackageSchemaRegistry({ released: folder.path })
  return { registry: open(), another: async () => open(), destroy: async () => folder.remove() }
})
