import type { Description } from './describe.ts'
import { pictureOf, type Arrow, type Box } from './picture.ts'

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, ' ')}"`

const shapes = { topic: 'cylinder', stage: 'box', sink: 'box3d' } as const

/** One line below the other. */
const stacked = (lines: readonly string[]): string =>
  `"${lines.map((line) => quoted(line).slice(1, -1)).join('\\n')}"`

const boxLine = ({ id, lines, shape }: Box): string =>
  `${quoted(id)} [label=${stacked(lines)}, shape=${shapes[shape]}];`

const arrowLine = ({ from, to, label }: Arrow): string =>
  `  ${quoted(from)} -> ${quoted(to)}${label ? ` [label=${quoted(label)}]` : ''};`

/** The topology for Graphviz: topics are cylinders, stages boxes, sinks solid boxes. */
export const renderDot = (description: Description): string => {
  const { topics, groups, arrows } = pictureOf(description)
  const lines = [
    `digraph ${quoted(description.name)} {`,
    '  rankdir=LR;',
    '  node [fontname="sans-serif", fontsize=11];',
    ...topics.map((box) => `  ${boxLine(box)}`),
    ...groups.flatMap(({ id, label, boxes }) => [
      `  subgraph ${quoted(`cluster_${id}`)} {`,
      `    label=${quoted(label)};`,
      ...boxes.map((box) => `    ${boxLine(box)}`),
      '  }',
    ]),
    ...arrows.map(arrowLine),
    '}',
  ]
  return `${lines.join('\n')}\n`
}
