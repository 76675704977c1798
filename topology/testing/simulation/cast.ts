import { startMember, type Member, type MemberSetUp } from './members.ts'
import type { Mishap } from './schedule.ts'

/** The processes of a run, to which mishaps happen. */
export class Cast {
  readonly members: Member[] = []
  readonly #setUp: MemberSetUp
  #started = 0

  constructor(setUp: MemberSetUp) {
    this.#setUp = setUp
  }

  /** Starts so many processes more. */
  start(count = 1): void {
    for (let index = 0; index < count; index++) this.#startAt(this.members.length)
  }

  /** What concerns no process is left to others. */
  meet(mishap: Mishap): void {
    switch (mishap.kind) {
      case 'crash':
        this.members[mishap.member]?.process.crash()
        return this.#restart(mishap.member, mishap.restartAfter)
      case 'freeze': {
        const process = this.members[mishap.member]?.process
        process?.freeze()
        return void this.#setUp.log.clock.after(mishap.ms, () => process?.wake())
      }
      case 'leave':
        return this.#leave(mishap.member, mishap.restartAfter)
      case 'join':
        return this.start()
      case 'outage':
      case 'broker-away':
    }
  }

  /** Who is frozen wakes; somebody is there to finish. */
  calm(): void {
    for (const { process } of this.members) process.wake()
    this.start()
  }

  end(): void {
    for (const { process } of this.members) process.crash()
  }

  #startAt(index: number): void {
    this.members[index] = startMember(this.#setUp, `m${this.#started++}`)
  }

  #leave(index: number, restartAfter: number): void {
    const member = this.members[index]
    if (!member?.running || !member.process.running || member.leaving) return
    member.leaving = true
    const stopped = member.running.stop()
    stopped.catch(this.#setUp.onFatal)
    void stopped.then(() => this.#restart(index, restartAfter))
  }

  #restart(index: number, after: number): void {
    const gone = this.members[index]
    this.#setUp.log.clock.after(after, () => {
      if (this.members[index] === gone) this.#startAt(index)
    })
  }
}
