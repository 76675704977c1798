import { problemLines, type ConfigLoad } from '../../config/load.ts'
import type { Config } from '../../config/schema.ts'
import { diagnose, ok, wrong, type Check } from '../doctor/check.ts'
import { cacheCheck } from '../doctor/cache-check.ts'
import { logCheck } from '../doctor/log-check.ts'
import { servicesCheck } from '../doctor/services-check.ts'
import { namesCheck } from '../doctor/names-check.ts'
import { objectStoreCheck } from '../doctor/object-store-check.ts'
import { embeddedVectorsCheck } from '../doctor/embedded-vectors-check.ts'
import { vectorIndexCheck } from '../doctor/vector-index-check.ts'
import { dataFolderCheck, lockCheck, nodeCheck, sourcesCheck } from '../doctor/machine-checks.ts'
import {
  chunkSizeCheck,
  modelsCheck,
  policyCheck,
  tokenizerCheck,
  workersCheck,
} from '../doctor/stage-checks.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Output } from '../output.ts'

/** Looks whether the profile can work here; says per check what is wrong and what to do. */
export const doctor = async (
  profile: string,
  load: ConfigLoad,
  output: Output,
): Promise<number> => {
  const diagnoses = await diagnose([
    nodeCheck(),
    configCheck(profile, load),
    ...(load.kind === 'loaded' ? checksOf(load.config) : []),
  ])
  const healthy = diagnoses.every((each) => each.ok)
  output.value({ ok: healthy, checks: diagnoses })
  for (const each of diagnoses) {
    output.line(`${each.ok ? 'ok   ' : 'WRONG'}  ${each.check}: ${each.message}`)
    if (!each.ok) output.line(`       ${each.advice}`)
  }
  return healthy ? exitCodes.ok : exitCodes.failed
}

const checksOf = (config: Config): readonly Check[] => [
  dataFolderCheck(config),
  lockCheck(config),
  ...(config.drivers.log === 'embedded' ? [logCheck(config)] : []),
  ...(isServed(config) ? [servicesCheck(config)] : []),
  ...(config.drivers.objects === 's3' ? [objectStoreCheck(config)] : []),
  config.drivers.vectors === 'qdrant' ? vectorIndexCheck(config) : embeddedVectorsCheck(config),
  ...(config.drivers.cache === 'redis' ? [cacheCheck(config)] : []),
  sourcesCheck(config),
  policyCheck(config),
  tokenizerCheck(config),
  modelsCheck(config),
  ...(config.models.recognise === undefined ? [] : [namesCheck(config)]),
  chunkSizeCheck(config),
  workersCheck(config),
]

/** Whether topics or schemas are somewhere else than in the data folder. */
const isServed = ({ drivers }: Config): boolean =>
  drivers.log !== 'embedded' || drivers.registry !== 'embedded'

const configCheck = (profile: string, load: ConfigLoad): Check => ({
  name: 'configuration',
  look: () =>
    load.kind === 'loaded'
      ? ok(`profile ${profile}; ${driversOf(load.config)}`)
      : wrong(problemLines(load.problems).join('; '), 'correct these options'),
})

const driversOf = ({ drivers }: Config): string => {
  const others = Object.entries(drivers).filter(([, name]) => name !== 'embedded')
  if (others.length === 0) return 'every driver is embedded, no port of the network is used'
  return `${others.map(([port, name]) => `${port}: ${name}`).join(', ')}; the other drivers are embedded`
}
