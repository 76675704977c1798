import { join } from 'node:path'
import { portsOfNodes, startKafka, type KafkaName, type NativeKafka } from './kafka.ts'

/** Several brokers on this machine, of which one at a time can be killed and started again. */
export interface KafkaCluster {
  readonly bootstrap: string
  /** Kills the one whose turn it is, as a crash of its process would. */
  readonly kill: () => Promise<void>
  /** Starts the killed one on the same data and ports; the next kill is of the next one. */
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

export interface ClusterOptions {
  readonly name: KafkaName
  readonly brokers: number
  /** Each broker gets a folder in it. */
  readonly folder: string
  /** Options of Java for the broker in the folder. */
  readonly javaOptions: (folder: string) => readonly string[]
}

/** Folder of each broker. */
export const brokerFolders = (folder: string, brokers: number): readonly string[] =>
  Array.from({ length: brokers }, (_, index) => join(folder, `broker-${index + 1}`))

/** Starts the brokers, which live as long as this process, and answers when all of them answer. */
export const startKafkaCluster = async (options: ClusterOptions): Promise<KafkaCluster> => {
  const { name, brokers, folder, javaOptions } = options
  const nodes = await portsOfNodes(brokers)
  const started = await Promise.all(
    brokerFolders(folder, brokers).map((own, index) =>
      startKafka(name, own, 'parent', javaOptions(own), { id: index + 1, nodes }),
    ),
  )
  let turn = 0
  const current = (): NativeKafka => started[turn % brokers]!
  return {
    bootstrap: started.map(({ address }) => address.bootstrap).join(','),
    kill: () => current().kill(),
    restart: async () => {
      await current().restart()
      turn++
    },
    stop: async () => {
      await Promise.all(started.map((broker) => broker.stop()))
    },
  }
}
