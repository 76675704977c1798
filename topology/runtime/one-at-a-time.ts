/** Work that is asked for again and again, and is under way once at a time: asked for meanwhile, it is done once more. */
export class OneAtATime {
  #state: 'idle' | 'under way' | 'wanted again' = 'idle'

  /** Each call brings the same work, which says when it is done. */
  ask(work: (done: () => void) => void): void {
    if (this.#state !== 'idle') {
      this.#state = 'wanted again'
      return
    }
    this.#state = 'under way'
    work(() => {
      const again = this.#state === 'wanted again'
      this.#state = 'idle'
      if (again) this.ask(work)
    })
  }
}
