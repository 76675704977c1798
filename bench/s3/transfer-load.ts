/** Which way objects go: by the wrapper of `drivers/s3`, or by the client `minio` alone. */
export type Way = 'raw client' | 'wrapper'
export const ways: readonly Way[] = ['raw client', 'wrapper']

export interface TransferLoad {
  readonly bytes: number
  readonly verb: 'get' | 'put'
  /** Transfers of a round. */
  readonly count: number
  readonly atOnce: number
  readonly rounds: number
}

/** What one way came to in one round. */
export interface TransferRound {
  readonly megabytesPerSecond: number
  /** CPU of the process, of all its threads, for one transfer. */
  readonly cpuMs: number
}

export const bucket = 'bench'
export const prefix = 'transfers'
/** The object that is got, below the prefix. */
export const objectName = ({ bytes }: TransferLoad): string => `${bytes}.bin`
