import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a broker of Kafka 4 says of itself that breaks exactly-once, whoever asks it (docs/proof.md). */
export interface BrokerFaults {
  /** It answered for its groups before it had loaded them. */
  readonly halfLoaded: number
  /** It left out the mark of a transaction in a partition that had no leader just then. */
  readonly marksLeftOut: number
}

const fileOf = (folder: string): string => join(folder, 'coordinators.log')

/** Makes the broker write down in the folder what its coordinators do. Answers the options of Java for it. */
export const keepBrokerLog = (folder: string): readonly string[] => {
  mkdirSync(folder, { recursive: true })
  const config = join(folder, 'log4j2.xml')
  const loggers = ['CoordinatorRuntime', 'TransactionMarkerChannelManager'].flatMap((name) =>
    packages.map((place) => `<Logger name="${place}.${name}" level="INFO"/>`),
  )
  writeFileSync(
    config,
    `<Configuration><Appenders><File name="file" fileName="${fileOf(folder)}" append="true">
<PatternLayout pattern="%d{ISO8601} %p %c{1} %m%n"/></File></Appenders>
<Loggers><Root level="ERROR"><AppenderRef ref="file"/></Root>${loggers.join('')}</Loggers></Configuration>
`,
  )
  return [`-Dlog4j2.configurationFile=${config}`]
}

const packages = [
  'org.apache.kafka.coordinator.common.runtime',
  'kafka.coordinator.transaction',
  'org.apache.kafka.coordinator.transaction',
]

/** Of all brokers together. */
export const readBrokerFaults = (folders: readonly string[]): BrokerFaults => {
  const all = folders
    .map(fileOf)
    .map((file) => brokerFaultsIn(existsSync(file) ? readFileSync(file, 'utf8') : ''))
  return {
    halfLoaded: all.reduce((sum, { halfLoaded }) => sum + halfLoaded, 0),
    marksLeftOut: all.reduce((sum, { marksLeftOut }) => sum + marksLeftOut, 0),
  }
}

export const brokerFaultsIn = (text: string): BrokerFaults => {
  const unloaded = new Map<string, number>()
  const faults = { halfLoaded: 0, marksLeftOut: 0 }
  for (const line of text.split('\n')) {
    const [, left = '', leftIn = ''] = unloadedLine.exec(line) ?? []
    if (left !== '') unloaded.set(left, Number(leftIn))
    const [, loaded = '', loadedIn = ''] = loadedLine.exec(line) ?? []
    // The end of a load of an epoch that is over was taken for that of the load under way.
    if (loaded !== '' && Number(loadedIn) < (unloaded.get(loaded) ?? 0)) faults.halfLoaded++
    if (line.includes("Couldn't find leader endpoint") && line.includes('can be skipped'))
      faults.marksLeftOut++
  }
  return faults
}

const unloadedLine = /Finished unloading metadata for (\S+) with epoch OptionalInt\[(\d+)\]/
const loadedLine = /Finished loading of metadata from (\S+) with epoch (\d+)/
