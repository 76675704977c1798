import pino, { type DestinationStream, type Logger } from 'pino'
import type { Telemetry, TelemetryEvent } from '../../topology/ports/telemetry.ts'
import { describeEvent } from './describe-event.ts'

export type LogFormat = 'json' | 'human'
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export interface ConsoleTelemetryOptions {
  /** One JSON object per line, or one sentence per line. */
  readonly format: LogFormat
  /** Events below it are not written. */
  readonly level?: LogLevel
  /** Where lines go; the standard error stream when absent, so that results can be piped. */
  readonly destination?: DestinationStream
}

const levelOf = (event: TelemetryEvent): LogLevel => {
  switch (event.kind) {
    case 'finished':
    case 'stage-time':
    case 'stage-cpu':
    case 'committed':
    case 'batch':
    case 'inference':
      return 'debug'
    case 'assigned':
    case 'revoked':
    case 'paused':
    case 'resumed':
      return 'info'
    case 'dead-letter':
    case 'retry':
    case 'breaker':
    case 'fenced':
    case 'notice':
      return 'warn'
    case 'fatal':
      return 'error'
  }
}

const humanStream = (destination: DestinationStream): DestinationStream => ({
  write: (line) => {
    const { level, msg } = JSON.parse(line) as { level: string; msg: string }
    destination.write(`${level.padEnd(5)} ${msg}\n`)
  },
})

/** A logger that writes levels by name and no process details. */
export const createLogger = (options: ConsoleTelemetryOptions): Logger => {
  const destination = options.destination ?? pino.destination({ dest: 2, sync: true })
  return pino(
    {
      level: options.level ?? 'info',
      base: null,
      formatters: { level: (label) => ({ level: label }) },
      timestamp: options.format === 'json' ? pino.stdTimeFunctions.isoTime : false,
    },
    options.format === 'json' ? destination : humanStream(destination),
  )
}

/** Writes what the runtime tells as log lines. */
export const createConsoleTelemetry = (options: ConsoleTelemetryOptions): Telemetry => {
  const logger = createLogger(options)
  return {
    emit: (event) => {
      const level = levelOf(event)
      if (logger.isLevelEnabled(level)) logger[level](event, describeEvent(event))
    },
  }
}
