import { keepWhileUsed } from './keep-while-used.ts'

/** PDFium takes some 30 MB, most of them its own memory; to start it takes as long as to read a few PDFs. */
const mostFilesWithout = 500

/** The PDFium of this thread. The library is loaded with the first PDF. */
export const sharedPdfium = keepWhileUsed(
  async () => (await import('./pdfium.ts')).startPdfium(),
  mostFilesWithout,
)
