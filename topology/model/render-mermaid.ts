import type { Description } from './describe.ts'
import { pictureOf, type Arrow, type Box } from './picture.ts'

/** Text between double quotes; Mermaid knows no backslash, only entities. */
const quoted = (text: string): string =>
  `"${text.replace(/[&"<>#`]/g, (sign) => `#${sign.codePointAt(0)};`)}"`

const boxLine = ({ id, label, shape }: Box): string => {
  switch (shape) {
    case 'topic':
      return `${id}[(${quoted(label)})]`
    case 'stage':
      return `${id}[${quoted(label)}]`
    case 'sink':
      return `${id}[[${quoted(label)}]]`
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
