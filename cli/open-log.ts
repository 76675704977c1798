import type { Config } from '../config/schema.ts'
import { createEmbeddedRecordLog } from '../drivers/embedded/record-log/embedded-record-log.ts'
import { createPackageSchemaRegistry } from '../drivers/embedded/schema-registry/package-schema-registry.ts'
import { systemClock as clock } from '../drivers/system/system-clock.ts'
import type { RecordLog } from '../topology/ports/record-log.ts'
import type { SchemaRegistry } from '../topology/ports/schema-registry.ts'
import type { Telemetry } from '../topology/ports/telemetry.ts'
import { kafkaOptionsOf, registryConnectionOf } from './service-options.ts'

/** The log of the profile. Hold the lock of the data folder first where it is embedded. */
export const openLog = (
  config: Config,
  dataDir: string,
  telemetry: Telemetry,
): Promise<RecordLog> => {
  if (config.drivers.log === 'embedded') return createEmbeddedRecordLog({ dataDir, clock })
  return openKafka(config, telemetry)
}

/** Kafka as the profile says. Its client is loaded only where it is used: it costs time and memory. */
export const openKafka = async (config: Config, telemetry?: Telemetry): Promise<RecordLog> => {
  const { createKafkaRecordLog } = await import('../drivers/kafka/kafka-record-log.ts')
  return createKafkaRecordLog({
    ...kafkaOptionsOf(config),
    clock,
    notice: (message) => telemetry?.emit({ kind: 'notice', subTopology: 'record-log', message }),
  })
}

/** The registry of the profile. */
export const openRegistry = async (
  config: Config,
  telemetry?: Telemetry,
): Promise<SchemaRegistry> => {
  if (config.drivers.registry === 'embedded') return createPackageSchemaRegistry()
  const { createConfluentSchemaRegistry } =
    await import('../drivers/registry/confluent-schema-registry.ts')
  return createConfluentSchemaRegistry({
    ...registryConnectionOf(config),
    clock,
    notice: (message) =>
      telemetry?.emit({ kind: 'notice', subTopology: 'schema-registry', message }),
  })
}
