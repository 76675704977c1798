import { createHostileTrial, hostileFiles } from './try-hostile.ts'

/** One hostile file in a process of its own. Argument: its number. The last line of output says what became of it, as JSON. */
const file = hostileFiles[Number(process.argv[2])]!
const { run, neighbour } = await createHostileTrial()
const before = await neighbour()
const content = Buffer.from(file.make())
globalThis.gc?.()
const base = process.memoryUsage.rss()
const outcome = await run(content)
const megabytes = Math.max(0, process.resourceUsage().maxRSS * 1024 - base) / 1024 / 1024
const unharmed = (await neighbour()) === before
process.stdout.write(
  `\n${JSON.stringify({ ...outcome, bytes: content.length, megabytes, unharmed })}\n`,
)
