export { bringSets } from './bring-sets.ts'
export { vectorDefaults, type VectorOptions } from './options.ts'
export { pointId } from './request.ts'
export { vectorSink } from './sink.ts'
