export interface PackageSchemaRegistryOptions {
  /** Folder with released schemas, `<subject>/<version>.avsc`. Default: `schemas/released` of the package, where there is one. */
  readonly released?: string
}
