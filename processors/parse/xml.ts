import { TextDecoder } from 'node:util'
import { Parser } from 'htmlparser2'
import type { Budget } from './budget.ts'

/** What a reader of XML is told. Names come without their prefix: producers choose prefixes freely. */
export interface XmlHandlers {
  readonly open?: (name: string, attributes: Readonly<Record<string, string>>) => void
  readonly close?: (name: string) => void
  readonly text?: (text: string) => void
}

/** Bytes that are parsed at once, so that a limit takes effect soon. */
const FED_BYTES = 65_536

/**
 * Reads XML as a stream, never as a tree; UTF-8, or UTF-16 with a byte order mark. Entities of a DTD are not expanded, damaged XML
 * is read as far as it makes sense.
 *
 * @throws ParseRefusal `too-deep`, `expansion`, and what the handlers throw
 */
export const readXml = (xml: Buffer, handlers: XmlHandlers, budget: Budget): void => {
  const feed = createFeed(handlers, budget)
  for (let start = 0; start < xml.length; start += FED_BYTES)
    feed.write(xml.subarray(start, start + FED_BYTES))
  feed.end()
}

/** The same for XML that is inflated while it is read. */
export const streamXml = async (
  pieces: AsyncIterable<Buffer>,
  handlers: XmlHandlers,
  budget: Budget,
): Promise<void> => {
  const feed = createFeed(handlers, budget)
  for await (const piece of pieces) feed.write(piece)
  feed.end()
}

/** The part of a qualified name after its prefix. */
export const localName = (name: string): string => name.slice(name.indexOf(':') + 1)

interface Feed {
  readonly write: (piece: Buffer) => void
  readonly end: () => void
}

const createFeed = (handlers: XmlHandlers, budget: Budget): Feed => {
  let depth = 0
  let decoder: TextDecoder | undefined
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        depth += 1
        budget.checkElementDepth(depth)
        handlers.open?.(localName(name), attributes)
      },
      onclosetag: (name) => {
        depth -= 1
        handlers.close?.(localName(name))
      },
      ontext: (text) => handlers.text?.(text),
    },
    { xmlMode: true },
  )
  return {
    write: (piece) => {
      budget.countXml(piece.length)
      decoder ??= new TextDecoder(charsetOf(piece))
      parser.write(decoder.decode(piece, { stream: true }))
    },
    end: () => parser.end(),
  }
}

/** By the byte order mark. */
export const charsetOf = (start: Buffer): string => {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le'
  return start[0] === 0xfe && start[1] === 0xff ? 'utf-16be' : 'utf-8'
}
