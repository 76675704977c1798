import type { Headers } from './record.ts'

/** Whether somebody waits for what is made of a record, or nobody does. */
export type DeadlineClass = 'interactive' | 'bulk'

/** Says the class of a record, as ASCII; results carry it on, as they carry all headers. Bulk where it is not there. */
export const deadlineHeader = 'archive-streams-deadline'

export const deadlineClassOf = (headers: Headers): DeadlineClass => {
  const bytes = headers[deadlineHeader]
  return bytes !== undefined && Buffer.from(bytes).toString() === 'interactive'
    ? 'interactive'
    : 'bulk'
}

/** The headers that say a class. */
export const deadlineHeaders = (deadline: DeadlineClass = 'bulk'): Headers =>
  deadline === 'interactive' ? { [deadlineHeader]: Buffer.from(deadline) } : {}
