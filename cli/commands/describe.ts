import { describe } from '../../topology/model/describe.ts'
import { renderDot } from '../../topology/model/render-dot.ts'
import { renderMermaid } from '../../topology/model/render-mermaid.ts'
import { renderText } from '../../topology/model/render-text.ts'
import type { Topology } from '../../topology/model/topology.ts'

export const describeFormats = ['text', 'json', 'mermaid', 'dot'] as const
export type DescribeFormat = (typeof describeFormats)[number]

/** The topology in one of the formats, line end included. */
export const describeAs = (topology: Topology, format: DescribeFormat): string => {
  const description = describe(topology)
  switch (format) {
    case 'text':
      return renderText(description)
    case 'json':
      return `${JSON.stringify(description, null, 2)}\n`
    case 'mermaid':
      return renderMermaid(description)
    case 'dot':
      return renderDot(description)
  }
}
