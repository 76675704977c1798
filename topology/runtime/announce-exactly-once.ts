import type { SubTopology } from '../model/topology.ts'
import type { RuntimeEnvironment } from './environment.ts'

/** Thrown at the start when a sub-topology cannot be exactly-once. */
export class NotExactlyOnce extends Error {
  constructor(subTopology: string, stage: string) {
    super(
      `delivery.${subTopology}: exactly-once is not possible: ${stage} sends its outputs while it reads, before the commit; leave it at at-least-once`,
    )
    this.name = 'NotExactlyOnce'
  }
}

/**
 * Says what exactly-once does not reach: what a sub-topology does outside the log happens before its commit, so it happens
 * again after a crash. Throws {@link NotExactlyOnce} when its outputs do not go through the commit either.
 */
export const announceExactlyOnce = (
  env: Pick<RuntimeEnvironment, 'telemetry'>,
  part: SubTopology,
): void => {
  const outside: string[] = []
  for (const node of part.nodes) {
    if (node.kind === 'stage' && node.stage.kind === 'asking') {
      if (node.stage.streams) throw new NotExactlyOnce(part.name, node.name)
      outside.push(node.name)
    }
    if (node.kind === 'sink') outside.push(node.name)
  }
  if (outside.length === 0) return
  const message = `${part.name} is exactly-once for its topics and state; what ${outside.join(', ')} may do outside them comes again after a crash, under the same ids`
  env.telemetry.emit({ kind: 'notice', subTopology: part.name, message })
}
