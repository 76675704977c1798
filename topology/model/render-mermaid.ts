import type { Description } from './describe.ts'
import { pictureOf, type Arrow, type Box } from './picture.ts'

/** Text between double quotes; Mermaid knows no backslash, only entities. */
const quoted = (text: string): string =>
  `"${text.replace(/[&"<>#`]/g, (sign) => `#${sign.codePointAt(0)};`)}"`

/** One line below the other. */
const stacked = (lines: readonly string[]): string =>
  `"${lines.map((line) => quoted(line).slice(1, -1)).join('<br/>')}"`

const boxLine = ({ id, lines, shape }: Box): string => {
  const label = stacked(lines)
  switch (shape) {
    case 'topic':
      return `${id}[(${label})]`
    case 'stage':
      return `${id}[${label}]`
    case 'sink':
      return `${id}[[${label}]]`
  }
}

const arrowLine = ({ from, to, label }: Arrow): string =>
  label ? `  ${from} -->|${quoted(label)}| ${to}` : `  ${from} --> ${to}`

/** The topology as a Mermaid flowchart: topics are cylinders, stages boxes, sinks double boxes. */
export const renderMermaid = (description: Description): string => {
  const { topics, groups, arrows } = pictureOf(description)
  const lines = [
    'flowchart LR',
    ...topics.map((box) => `  ${boxLine(box)}`),
    ...groups.flatMap(({ id, label, boxes }) => [
      `  subgraph ${id}[${quoted(label)}]`,
      ...boxes.map((box) => `    ${boxLine(box)}`),
      '  end',
    ]),
    ...arrows.map(arrowLine),
  ]
  return `${lines.join('\n')}\n`
}
