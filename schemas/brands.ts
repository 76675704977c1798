/**
 * Strings that must not be mixed up. A brand exists for the compiler only; at run time it is the string itself.
 */
declare const brand: unique symbol

export type Brand<T, Name extends string> = T & { readonly [brand]: Name }

/** Whose archive a document belongs to. */
export type TenantId = Brand<string, 'TenantId'>
/** UUIDv5 of tenant and canonical source URI. */
export type DocumentId = Brand<string, 'DocumentId'>
/** Where bytes are: `file:`, `s3:` or `minio:`, with an optional fragment that points into a container. */
export type Uri = Brand<string, 'Uri'>

export const asTenantId = (value: string): TenantId => value as TenantId
export const asDocumentId = (value: string): DocumentId => value as DocumentId
export const asUri = (value: string): Uri => value as Uri
