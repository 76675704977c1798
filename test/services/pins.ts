import { fileURLToPath } from 'node:url'

/** What is downloaded for a service: exactly these artefacts, exactly these bytes. */
export interface Pin {
  readonly name: string
  /** Maven coordinates. With `tree` their dependencies come too. */
  readonly artefacts: readonly string[]
  readonly tree: boolean
  /** File of checksums, made with `sha256sum` in a folder of fresh downloads. */
  readonly checksums: string
}

/** Not compiled: they lie beside the sources. */
const pinsFolder = new URL(
  import.meta.url.endsWith('.ts') ? './pins/' : '../../../test/services/pins/',
  import.meta.url,
)
const checksumsOf = (name: string): string => fileURLToPath(new URL(`${name}.sha256`, pinsFolder))

const kafka = (version: string, logging: string): Pin => ({
  name: `kafka-${version}`,
  artefacts: [`org.apache.kafka:kafka_2.13:${version}`, logging],
  tree: true,
  checksums: checksumsOf(`kafka-${version}`),
})

export const pins = {
  'kafka-4.3.1': kafka('4.3.1', 'org.apache.logging.log4j:log4j-slf4j-impl:2.25.4'),
  'kafka-3.9.2': kafka('3.9.2', 'org.slf4j:slf4j-reload4j:1.7.36'),
  registry: {
    name: 'apicurio-3.0.9',
    artefacts: ['io.apicurio:apicurio-registry-app:3.0.9:tar.gz:all'],
    tree: false,
    checksums: checksumsOf('apicurio-3.0.9'),
  },
} as const satisfies Readonly<Record<string, Pin>>

/** What examples/publish/java/pom.xml asks for. */
export const javaPublisher: Pin = {
  name: 'java-publisher',
  artefacts: [
    'org.apache.kafka:kafka-clients:4.3.1',
    'org.apache.avro:avro:1.12.1',
    'org.slf4j:slf4j-nop:1.7.36',
  ],
  tree: true,
  checksums: checksumsOf('java-publisher'),
}

export type ServiceName = keyof typeof pins
export const serviceNames = Object.keys(pins) as readonly ServiceName[]
