/**
 * Retention goes by the times of records, and whoever makes a record may give it any: one that carried the date of an old
 * mail would be deleted before it was read.
 */
export const timedByBroker = { 'message.timestamp.type': 'LogAppendTime' } as const
