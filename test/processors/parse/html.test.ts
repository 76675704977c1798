import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { htmlToText } from '../../../processors/parse/html.ts'
import { shownByStyle } from '../../../processors/parse/shown-by-style.ts'

const textOf = (html: string): string => htmlToText(html, 100).text

describe('HTML as text, like a browser shows it', () => {
  const shown: readonly (readonly [name: string, html: string, text: string])[] = [
    [
      'what follows an image that nobody closed',
      '<p>before</p><svg width=10><path d="M0 0"><p>after</p><p>last</p>',
      'before\n\nafter\n\nlast',
    ],
    ['what follows a formula that nobody closed', '<math><mrow>x<div>after</div>', 'after'],
    ['what follows CDATA', '<p>price <![CDATA[ note </p><p>last</p>', 'price\n\nlast'],
    [
      'the next item after a hidden paragraph that nobody closed',
      '<dl><p style="display:none">no<dt>Order<dd>12 pieces</dl>',
      'Order\n12 pieces',
    ],
    [
      'the next cell after a hidden one that nobody closed',
      '<table><tr><td style="display:none">no<b>no<td>yes</table>',
      'yes',
    ],
    ['the next cell of another kind', '<table><tr><td hidden>no<th>yes</table>', 'yes'],
    [
      'the next row after a hidden cell that nobody closed',
      '<table><tr><td hidden>no<b>no<tr><td>yes<td>too</table>',
      'yes\ttoo',
    ],
    [
      'the next row after a hidden one that nobody closed',
      '<table><tr hidden><td><b>no<td>no<tr><td>yes</table>',
      'yes',
    ],
    [
      'the next part of a table after a hidden one that nobody closed',
      '<table><thead hidden><tr><td><i>no<tr><td>no<tbody><tr><td>yes</table>',
      'yes',
    ],
    [
      'the rows after a caption that nobody closed',
      '<table><caption hidden>no<tr><td>yes</table>',
      'yes',
    ],
    [
      'the rows after hidden columns that nobody closed',
      '<table><colgroup hidden><col><col><tr><td>yes</table>',
      'yes',
    ],
    [
      'what follows the table of a hidden part that nobody closed',
      '<table><tr hidden><td>no<b>no</table>yes',
      'yes',
    ],
    [
      'the next cell after something hidden that nobody closed',
      '<table><tr><td>one<div style="display:none">no<span>no<td>two</table>',
      'one\ttwo',
    ],
    [
      'the next cell after a list to choose from that nobody closed',
      '<table><tr><td>one<select><option>no<option><b>no<td>two<tr><td>three</table>',
      'one\ttwo\nthree',
    ],
    [
      'what follows the table of a list to choose from that nobody closed',
      '<table><tr><td><select><option>no</table>yes',
      'yes',
    ],
    ['what follows a field after a list', '<select><option><b>no<input>yes', 'yes'],
    [
      'what follows a list that a second one ended',
      '<select><option>no<select>yes</select> too',
      'yes too',
    ],
    [
      'the rows of the table around one whose row was hidden',
      '<table><tr><td>a<table><tr hidden><td><b>no<tr><td>b</table><td>c<td>d</table>',
      'a\n\nb\n\nc\td',
    ],
    [
      'what is visible inside of something invisible',
      '<div style="visibility:hidden">no <b style="visibility:visible">yes</b> no <i>no</i></div> too',
      'yes\ntoo',
    ],
    [
      'the cell after an invisible one that nobody closed',
      '<table><tr><td style="visibility:hidden">no<b style="visibility:hidden">no<td>yes</table>',
      'yes',
    ],
    [
      'what goes by its own style and not by its attribute',
      '<div hidden style="display:block">yes</div>',
      'yes',
    ],
  ]
  for (const [name, html, text] of shown)
    it(`shows ${name}`, () => assert.equal(textOf(html), text))

  const hidden: readonly (readonly [name: string, html: string])[] = [
    ['an image with words', '<svg><title>t</title><text>no</text><g><text>no</text></g></svg>yes'],
    [
      'an image that holds HTML, all of it',
      '<svg><foreignObject><p>no</p><div>no</div></foreignObject><text>no</text></svg>yes',
    ],
    ['what is for browsers without plug-ins', '<noembed><b>no</b></noembed>yes'],
    ['what is for browsers without frames', '<noframes><body><p>no</p></body></noframes>yes'],
    ['what is in a hidden paragraph', '<p hidden>no <b>no</b><p>yes'],
    [
      'the rows of a table in a hidden cell',
      '<table><tr><td hidden>no<table><tr><td>no<td>no<tr><td>no</table>no</td><td>yes</table>',
    ],
    [
      'the rows of a hidden table',
      '<table hidden><tr><td>no<tr><td>no<tbody><tr><td>no</table>yes',
    ],
    ['the cells of a hidden row', '<table><tr hidden><td>no<td>no<th>no</tr></table>yes'],
    [
      'the rows of a hidden part of a table',
      '<table><tbody hidden><tr><td>no<tr><td>no</tbody></table>yes',
    ],
    [
      'cells of no table in something hidden',
      '<div hidden>no<td>no</td><tr><td>no</td></tr></div>yes',
    ],
    [
      'the cells of a template in a hidden cell',
      '<table><tr><td hidden><template><td>no</td></template>no</td><td>yes</table>',
    ],
    ['cells in an image', '<table><tr><td><svg><td>no</td></svg>yes</table>'],
    ['a list to choose from with all its choices', '<select><p>no<option>no<hr>no</select>yes'],
    [
      'what is visible inside of something that is gone',
      '<div style="display:none">no<b style="visibility:visible">no</b></div>yes',
    ],
    [
      'what is visible inside of a row that collapses',
      '<table><tr style="visibility:collapse"><td style="visibility:visible">no</table>yes',
    ],
    [
      'what is invisible inside of something visible inside of something invisible',
      '<p style="visibility:hidden">no<b style="visibility:visible"><i style="visibility:hidden">no</i>yes</b>no</p>',
    ],
    [
      'what inherits that it is invisible',
      '<p style="visibility:hidden">no<b style="visibility:inherit">no</b></p>yes',
    ],
  ]
  for (const [name, html] of hidden) it(`hides ${name}`, () => assert.equal(textOf(html), 'yes'))
})

describe('a style', () => {
  for (const style of [
    'display:none',
    'color: red; DISPLAY : None',
    'display:/**/none',
    'display:none !important; display:block',
    'mso-hide:all',
    'mso-hide:all;display:block',
    'display:none; display:',
  ])
    it(`takes an element away by ${style}`, () =>
      assert.deepEqual(shownByStyle(style), { display: false }))

  for (const style of ['display:none;display:block', 'display:none;display:block !important'])
    it(`shows an element by ${style}`, () =>
      assert.deepEqual(shownByStyle(style), { display: true }))

  for (const style of [
    'color:red display:none',
    'font-family:"x;display:none"',
    'x-display:none',
    '/* display:none */',
    'visibility:inherit',
    'visibility:gone',
    'mso-hide:none',
  ])
    it(`says nothing by ${style}`, () => assert.deepEqual(shownByStyle(style), {}))

  for (const [style, visibility] of [
    ['visibility:hidden', 'hidden'],
    ['visibility:hidden;visibility:gone', 'hidden'],
    ['visibility: Collapse', 'collapse'],
    ['visibility:hidden;visibility:visible', 'visible'],
    ['visibility:initial', 'visible'],
  ] as const)
    it(`makes an element ${visibility} by ${style}`, () =>
      assert.deepEqual(shownByStyle(style), { visibility }))
})
