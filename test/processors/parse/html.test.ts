import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { hidesByStyle } from '../../../processors/parse/hides-by-style.ts'
import { htmlToText } from '../../../processors/parse/html.ts'

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
  ]
  for (const [name, html] of hidden) it(`hides ${name}`, () => assert.equal(textOf(html), 'yes'))
})

describe('a style', () => {
  for (const style of [
    'display:none',
    'color: red; DISPLAY : None',
    'display:/**/none',
    'display:none !important; display:block',
    'visibility:hidden',
    'mso-hide:all',
    'display:none; display:',
  ])
    it(`hides by ${style}`, () => assert.ok(hidesByStyle(style)))

  for (const style of [
    'display:none;display:block',
    'color:red display:none',
    'font-family:"x;display:none"',
    'x-display:none',
    'display:none;display:block !important',
    '/* display:none */',
    'visibility:visible',
  ])
    it(`does not hide by ${style}`, () => assert.ok(!hidesByStyle(style)))
})
