/** What of WebAssembly is used; the types of Node leave it out. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: object }
}

export interface WasmMemory {
  /** Another one after each `grow`. */
  readonly buffer: ArrayBuffer
  /** By pages; what lies in it stays where it is. */
  readonly grow: (pages: number) => number
}

export const wasmPageBytes = 65_536

const compiled = new Map<string, object>()

/**
 * A new instance of a module that imports nothing, from its base64: what it exports. Throws where the machine has not the
 * instructions.
 */
export const startWasm = <Exports extends object>(base64: string): Exports => {
  const module = compiled.get(base64) ?? new WebAssembly.Module(Buffer.from(base64, 'base64'))
  compiled.set(base64, module)
  return new WebAssembly.Instance(module).exports as Exports
}
