import { constants, PerformanceObserver, type NodeGCPerformanceDetail } from 'node:perf_hooks'

const isAskedFor = ({ kind, flags }: NodeGCPerformanceDetail): boolean =>
  kind === constants.NODE_PERFORMANCE_GC_MAJOR &&
  (flags & constants.NODE_PERFORMANCE_GC_FLAGS_FORCED) !== 0

/** Answers how often this thread has searched its whole heap since then because it was asked to; V8 does it without being asked, too. */
export const countCollections = (): (() => number) => {
  let count = 0
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { detail } = entry as unknown as { readonly detail: NodeGCPerformanceDetail }
      if (isAskedFor(detail)) count += 1
    }
  })
  observer.observe({ entryTypes: ['gc'] })
  return () => count
}
