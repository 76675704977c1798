/** What an engineer needs to test stages and topologies of their own: docs/how-to/test-a-stage.md. */
export { anyCodec } from './any-codec.ts'
export { aroundStage, type AroundStage } from './around-stage.ts'
export { ManualClock } from './manual-clock.ts'
export { prove, recordOf, type ProveOptions } from './prove/prove.ts'
export { SeededRandom } from './seeded-random.ts'
export {
  createTestDriver,
  type DriverRecord,
  type TestDriver,
  type TestDriverOptions,
} from './topology-test-driver.ts'
