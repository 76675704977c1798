import { prepareServices, stopServices, usedServices } from './services.ts'

/** Mocha calls it before everything: downloads side by side leave the tests a quiet machine. */
export const mochaGlobalSetup = (): Promise<void> => prepareServices()

/** Mocha calls it after everything, also when tests failed. */
export const mochaGlobalTeardown = async (): Promise<void> => {
  const used = usedServices()
  process.stdout.write(`real services used: ${used.length > 0 ? used.join(', ') : 'none'}\n`)
  await stopServices()
}
