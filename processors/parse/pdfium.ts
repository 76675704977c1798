import { TextDecoder } from 'node:util'
import { PDFiumModule } from '@hyzyla/pdfium'

/** An open PDF. Close it when done. */
export interface PdfFile {
  readonly pages: number
  /**
   * The text of a page, from 0; `undefined` when the page is broken or holds more than `mostCharacters`.
   *
   * @throws Error named `RuntimeError` when PDFium trapped: the instance cannot be used any more
   */
  readonly textOf: (page: number, mostCharacters: number) => string | undefined
  readonly close: () => void
}

/** A loaded PDFium. */
export interface Pdfium {
  /** The file, or why it cannot be opened. */
  readonly open: (bytes: Uint8Array) => PdfFile | 'encrypted' | 'broken'
  /** Bytes of its memory. It grows and never shrinks: start a new instance when it is too large. */
  readonly memory: () => number
}

/** `FPDF_ERR_PASSWORD` and `FPDF_ERR_SECURITY` of fpdfview.h. */
const LOCKED: ReadonlySet<number> = new Set([4, 5])

/**
 * Starts a PDFium (WASM). The raw module is used instead of the package's own classes: these never close a page whose text
 * was read, so that memory grew with every document.
 */
export const startPdfium = async (): Promise<Pdfium> => {
  const pdfium = await withoutGlobals(() => PDFiumModule({}))
  pdfium._FPDF_InitLibraryWithConfig({ version: 2 })
  return {
    open: (bytes) => openFile(pdfium, bytes),
    memory: () => pdfium.HEAPU8.length,
  }
}

/** The module leaves getters on the global object, for who uses it wrongly; they would hold its memory for good. */
const withoutGlobals = async <T>(start: () => Promise<T>): Promise<T> => {
  const before = new Set(Reflect.ownKeys(globalThis))
  const started = await start()
  for (const name of Reflect.ownKeys(globalThis))
    if (!before.has(name)) Reflect.deleteProperty(globalThis, name)
  return started
}

type PdfiumModule = Awaited<ReturnType<typeof PDFiumModule>>

const openFile = (pdfium: PdfiumModule, bytes: Uint8Array): PdfFile | 'encrypted' | 'broken' => {
  const { malloc, free } = pdfium.wasmExports
  const content = malloc(bytes.length)
  if (content === 0) return 'broken'
  pdfium.HEAPU8.set(bytes, content)
  const document = pdfium._FPDF_LoadMemDocument(content, bytes.length, 0)
  if (document === 0) {
    const locked = LOCKED.has(pdfium._FPDF_GetLastError())
    free(content)
    return locked ? 'encrypted' : 'broken'
  }
  return {
    pages: pdfium._FPDF_GetPageCount(document),
    textOf: (page, most) => pageText(pdfium, document, page, most),
    close: () => {
      pdfium._FPDF_CloseDocument(document)
      free(content)
    },
  }
}

const pageText = (
  pdfium: PdfiumModule,
  document: number,
  number: number,
  most: number,
): string | undefined => {
  const page = pdfium._FPDF_LoadPage(document, number)
  if (page === 0) return undefined
  const textPage = pdfium._FPDFText_LoadPage(page)
  const text = textPage === 0 ? undefined : readText(pdfium, textPage, most)
  if (textPage !== 0) pdfium._FPDFText_ClosePage(textPage)
  pdfium._FPDF_ClosePage(page)
  return text
}

const UTF16 = new TextDecoder('utf-16le')

const readText = (pdfium: PdfiumModule, textPage: number, most: number): string | undefined => {
  const characters = pdfium._FPDFText_CountChars(textPage)
  if (characters <= 0) return ''
  if (characters > most) return undefined
  const { malloc, free } = pdfium.wasmExports
  const buffer = malloc((characters + 1) * 2)
  if (buffer === 0) return undefined
  // Counts the closing NUL.
  const length = pdfium._FPDFText_GetText(textPage, 0, characters, buffer)
  const units = Math.max(length - 1, 0) * 2
  const text = UTF16.decode(pdfium.HEAPU8.slice(buffer, buffer + units))
  free(buffer)
  return text
}
