import { deadlineClassOf } from '../model/deadline-class.ts'
import { replayOf } from '../model/replay.ts'
import type { StageContext } from '../model/stage.ts'
import type { PartEnvironment } from './environment.ts'
import type { InFlight } from './in-flight.ts'
import type { Call } from './lifetime.ts'

/** What an asking stage gets besides its value. A class, because there is one per call and most of it is rarely read. */
export class AskingContext implements StageContext {
  readonly attempt: number
  readonly key: string
  readonly timestamp: number
  readonly ports: StageContext['ports']
  readonly #env: PartEnvironment
  readonly #flight: InFlight
  readonly #call: Call

  constructor(env: PartEnvironment, flight: InFlight, call: Call) {
    this.attempt = call.attempt
    this.key = flight.key
    this.timestamp = flight.source.timestamp
    this.ports = env.ports
    this.#env = env
    this.#flight = flight
    this.#call = call
  }

  get signal(): AbortSignal {
    return this.#call.signal
  }

  get replays(): number {
    return replayOf(this.#flight.source.headers)?.count ?? 0
  }

  get deadline(): StageContext['deadline'] {
    return deadlineClassOf(this.#flight.source.headers)
  }

  /** As the last commit and the records of the key before this one leave it. */
  get state(): StageContext['state'] {
    return {
      get: (key) => {
        const pending = this.#flight.pendingState(key)
        return pending ? (pending.value ?? undefined) : this.#env.consumer.readState(key)
      },
    }
  }
}
