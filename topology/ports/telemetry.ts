/** What the runtime tells about itself. One call is one event; drivers make log lines and metrics of it. Never text. */
export interface Telemetry {
  readonly emit: (event: TelemetryEvent) => void
}

export type TelemetryEvent =
  | { readonly kind: 'assigned'; readonly subTopology: string; readonly partitions: number }
  | { readonly kind: 'revoked'; readonly subTopology: string; readonly partitions: number }
  | {
      readonly kind: 'finished'
      readonly subTopology: string
      readonly outcome: 'forwarded' | 'dropped' | 'dead'
      /** Drop reason or error code. */
      readonly reason?: string
      /** Figures by name, as in the ledger. */
      readonly counts?: ReadonlyMap<string, number>
    }
  | {
      readonly kind: 'dead-letter'
      readonly subTopology: string
      readonly stage: string
      readonly disposition: string
      readonly code: string
    }
  | {
      readonly kind: 'retry'
      readonly subTopology: string
      readonly stage: string
      readonly attempt: number
      readonly dependency: string
    }
  | {
      readonly kind: 'breaker'
      readonly subTopology: string
      readonly dependency: string
      readonly state: 'open' | 'closed'
    }
  | {
      readonly kind: 'paused' | 'resumed'
      readonly subTopology: string
      readonly topic: string
      readonly partition: number
    }
  | { readonly kind: 'fenced'; readonly subTopology: string }
  | {
      /** Computing time of a pure stage on its worker. */
      readonly kind: 'stage-cpu'
      readonly subTopology: string
      readonly stage: string
      readonly ms: number
    }
  | {
      readonly kind: 'stage-time'
      readonly subTopology: string
      readonly stage: string
      readonly ms: number
    }
  | {
      /** What a driver has to say: a service that went or came back. `subTopology` is the port. */
      readonly kind: 'notice'
      readonly subTopology: string
      readonly message: string
    }
  | { readonly kind: 'fatal'; readonly subTopology: string; readonly message: string }
