/** Thrown when a topic is there with other partitions than asked for. Nothing was changed. */
export class PartitionsDiffer extends Error {
  constructor(topic: string, there: number, wanted: number) {
    const advice = `set partitions to ${there} again, or begin with another data folder`
    super(`topic ${topic} has ${there} partitions, not ${wanted}, and keys would move: ${advice}`)
    this.name = 'PartitionsDiffer'
  }
}
