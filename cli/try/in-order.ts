/**
 * Runs `work` on the items of a stream, at most `width` at once, and gives the results in the order of the items, each as
 * soon as it is there: whoever writes one item and waits for its result gets it. No item is read beyond the width.
 * `work` must not reject.
 */
export async function* inOrder<T, R>(
  items: AsyncIterable<T>,
  width: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<Awaited<R>> {
  const iterator = items[Symbol.asyncIterator]()
  const running: Promise<R>[] = []
  let reading: Promise<IteratorResult<T, unknown>> | undefined = iterator.next()
  while (reading || running.length > 0) {
    const head = running[0]
    if (head && (!reading || running.length >= width)) {
      yield await head
      void running.shift()
      continue
    }
    const asked = reading!
    const first = await Promise.race([asked, head ? head.then(() => 'head' as const) : asked])
    if (first === 'head') {
      yield await head!
      void running.shift()
    } else if (first.done) reading = undefined
    else {
      running.push(work(first.value))
      reading = iterator.next()
    }
  }
}
