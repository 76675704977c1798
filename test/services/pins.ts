import { fileURLToPath } from 'node:url'

/** What is downloaded for a service: exactly these artefacts, exactly these bytes. */
export interface MavenPin {
  readonly kind: 'maven'
  readonly name: string
  /** Maven coordinates. With `tree` their dependencies come too. */
  readonly artefacts: readonly string[]
  readonly tree: boolean
  /** File of checksums, made with `sha256sum` in a folder of fresh downloads. */
  readonly checksums: string
}

/** What a service is built from: a module of Go, whose go.sum pins all that it needs in turn. */
export interface GoPin {
  readonly kind: 'go'
  readonly name: string
  readonly module: string
  readonly version: string
  /** Hash of the module's files, as Go's checksum database has it. */
  readonly sum: string
  /** What to build, from the root of the module. */
  readonly command: string
}

/**
 * Packages of Debian, unpacked without being installed. No checksums are kept of them: apt checks what it downloads against
 * the signed index of the release, from which a version goes as soon as there is a security fix for it.
 */
export interface DebianPin {
  readonly kind: 'debian'
  readonly name: string
  readonly packages: readonly string[]
  /** Version of the software in the first of them; what Debian adds to it may be any. */
  readonly version: string
}

/** Packages of Python in an environment of their own, pinned by version and hash. */
export interface PythonPin {
  readonly kind: 'python'
  /** Requirements file, with hashes. */
  readonly requirements: string
}

/** A program of C++ whose sources are in the source archive of a package of Python. */
export interface CmakePin {
  readonly kind: 'cmake'
  readonly name: string
  /** Requirements file with that one package, and its hash. */
  readonly requirements: string
  /** Where in the archive the sources are. */
  readonly folder: string
  readonly target: string
  readonly definitions: readonly string[]
}

/** What lies in the cache under a name of its own. */
export type FilePin = MavenPin | GoPin | DebianPin | CmakePin
export type Pin = FilePin | PythonPin

/** Not compiled: it lies beside the sources. */
const besideSources = (path: string): string =>
  fileURLToPath(
    new URL(
      import.meta.url.endsWith('.ts') ? path : `../../../test/services/${path}`,
      import.meta.url,
    ),
  )
const checksumsOf = (name: string): string => besideSources(`./pins/${name}.sha256`)

const kafka = (version: string, logging: string): MavenPin => ({
  kind: 'maven',
  name: `kafka-${version}`,
  artefacts: [`org.apache.kafka:kafka_2.13:${version}`, logging],
  tree: true,
  checksums: checksumsOf(`kafka-${version}`),
})

export const pins = {
  'kafka-4.3.1': kafka('4.3.1', 'org.apache.logging.log4j:log4j-slf4j-impl:2.25.4'),
  'kafka-3.9.2': kafka('3.9.2', 'org.slf4j:slf4j-reload4j:1.7.36'),
  registry: {
    kind: 'maven',
    name: 'apicurio-3.0.9',
    artefacts: ['io.apicurio:apicurio-registry-app:3.0.9:tar.gz:all'],
    tree: false,
    checksums: checksumsOf('apicurio-3.0.9'),
  },
  // The last state of MinIO's server before it was archived, under the only version that it has as a module.
  minio: {
    kind: 'go',
    name: 'minio-7aac2a2c5b7c',
    module: 'github.com/minio/minio',
    version: 'v0.0.0-20260212201848-7aac2a2c5b7c',
    sum: 'h1:/qdoYujxF5MBLDMVLeiYJ/7fBa1HikX39Dvzb9Ji8pA=',
    command: '.',
  },
  versitygw: {
    kind: 'go',
    name: 'versitygw-1.8.0',
    module: 'github.com/versity/versitygw',
    version: 'v1.8.0',
    sum: 'h1:au+wI+aybno/STsQiSm35Uu6Q6iK5MWReQxgO6SEMFc=',
    command: './cmd/versitygw',
  },
  redis: {
    kind: 'debian',
    name: 'redis-7.0.15',
    packages: ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1'],
    version: '7.0.15',
  },
  // Qdrant publishes its server as an image only; its engine is a package of Python.
  qdrant: { kind: 'python', requirements: besideSources('./vector-engine/requirements.txt') },
  // The server is in the wheel of pytriton, with its Python backend only; nothing else of that is used.
  triton: { kind: 'python', requirements: besideSources('./pins/triton-2.51.0.txt') },
  // No binary of it is in a registry. What a tiny model on a CPU does not need is left out; it takes minutes all the same.
  llama: {
    kind: 'cmake',
    name: 'llama-server-0.3.36',
    requirements: besideSources('./pins/llama-0.3.36.txt'),
    folder: 'llama_cpp_python-0.3.36/vendor/llama.cpp',
    target: 'llama-server',
    definitions: [
      'CMAKE_BUILD_TYPE=Release',
      'CMAKE_C_FLAGS_RELEASE=-O1 -DNDEBUG',
      'CMAKE_CXX_FLAGS_RELEASE=-O1 -DNDEBUG',
      'BUILD_SHARED_LIBS=OFF',
      'GGML_NATIVE=OFF',
      'GGML_OPENMP=OFF',
      'LLAMA_BUILD_TESTS=OFF',
      'LLAMA_BUILD_EXAMPLES=OFF',
      'LLAMA_BUILD_APP=OFF',
      'LLAMA_BUILD_UI=OFF',
      'LLAMA_USE_PREBUILT_UI=OFF',
      'LLAMA_OPENSSL=OFF',
    ],
  },
} as const satisfies Readonly<Record<string, Pin>>

/** What examples/publish/java/pom.xml asks for. */
export const javaPublisher: MavenPin = {
  kind: 'maven',
  name: 'java-publisher',
  artefacts: [
    'org.apache.kafka:kafka-clients:4.3.1',
    'org.apache.avro:avro:1.12.1',
    'org.slf4j:slf4j-nop:1.7.36',
  ],
  tree: true,
  checksums: checksumsOf('java-publisher'),
}

/** The sentence-embedding model all-MiniLM-L6-v2, which is a package of Python, and what runs it. */
export const minilm: PythonPin = {
  kind: 'python',
  requirements: besideSources('./pins/minilm-0.1.0.txt'),
}

/** What writes the model file for llama-server. */
export const llamaModel: PythonPin = {
  kind: 'python',
  requirements: besideSources('./llama-model/requirements.txt'),
}
export const llamaModelScript = besideSources('./llama-model/random_llama.py')

export type ServiceName = keyof typeof pins
export const serviceNames = Object.keys(pins) as readonly ServiceName[]
