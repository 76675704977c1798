type SmallText = readonly [name: string, type: string, content: string, declaredType?: string]

const xmlUser =
  '<User><LoginName>ADA1</LoginName><FirstName>Ada</FirstName><LastName>L</LastName><CorporateEmailAddress>ada@example.org</CorporateEmailAddress></User>'

/** Formats that are text, as short as they can be while they hold all of what their readers look for. */
export const smallTexts: readonly SmallText[] = [
  [
    'flowed mail with quotes',
    'message/rfc822',
    'From: "A, B" <a@example.org>\nTo: x: b@example.org (Bob), c@example.org;\nSubject: =?utf-8?Q?caf=C3=A9?= =?iso-2022-jp?B?GyRCJCIbKEI=?=\nDate: Tue, 02 Jan 2024 03:04:05 +0100 (CET)\nMessage-ID: <m@x>\nReferences: <a@x> <b@x>\nContent-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\nContent-Transfer-Encoding: quoted-printable\n\nyes =C3=A9 soft=\nbreak \nflowed\n> quoted\n>> twice\n\nOn Monday Bob wrote:\n> no\n\n-----Original Message-----\nFrom: Bob\nSent: Monday\n\nold\n-- \nAda\n',
  ],
  [
    'rtf',
    'application/rtf',
    '{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fcharset204 Arial;}}{\\info{\\title T}{\\author Ada}{\\creatim\\yr2024\\mo1\\dy2\\hr3\\min4}}\\f0\\uc1 caf\\\'e9 \\u8364? {\\*\\generator x;}\\par\\trowd\\cellx1 a\\cell b\\cell\\row{\\pict\\bin4 abcd}{\\field{\\*\\fldinst HYPERLINK "http://x"}{\\fldrslt link}}\\tab end}',
  ],
  [
    'slack day',
    'application/x-slack-day+json',
    '{"channel":"general","users":{"U1":"Ada"},"messages":[{"type":"message","user":"U1","ts":"1704164645.000100","text":"hello <@U1> &amp; <http://x|y> :wave:","reactions":[{"name":"x","count":2}],"files":[{"name":"a.pdf"}]},{"type":"message","subtype":"bot_message","username":"bot","ts":"1704164650.0","thread_ts":"1704164645.000100","text":"answer"}]}',
    'application/x-slack-day+json',
  ],
  [
    'teams',
    'application/x-teams-chat+json',
    '{"value":[{"id":"1","messageType":"message","createdDateTime":"2024-01-02T03:04:05.123Z","chatId":"19:abc@thread.v2","from":{"user":{"id":"u1","displayName":"Ada"}},"body":{"contentType":"html","content":"<p>Fine &amp; <b>you</b>?</p>"},"attachments":[{"id":"f","name":"plan.docx"}]},{"id":"2","messageType":"message","createdDateTime":"2024-01-02T03:05:00Z","from":{"user":{"displayName":"Bob"}},"body":{"contentType":"text","content":"a <b"},"replies":[]}]}',
  ],
  [
    'review',
    'application/x-review+json',
    '{"title":"Good","text":"It works.\\nWell.","author":"Ada","rating":5,"date":"2024-01-02T03:04:05Z"}',
    'application/x-review+json',
  ],
  [
    'bloomberg ib',
    'application/x-bloomberg-ib+xml',
    `<?xml version="1.0" encoding="UTF-8"?>\n<FileDump><Version>1.9</Version><Conversation Perspective="x"><RoomID>CHAT-1</RoomID><StartTimeUTC>1704164645</StartTimeUTC><ParticipantEntered>${xmlUser}<DateTimeUTC>1704164645</DateTimeUTC></ParticipantEntered><Message>${xmlUser}<DateTimeUTC>1704164646</DateTimeUTC><Content>one &amp; <![CDATA[two]]></Content></Message><EndTimeUTC>1704164999</EndTimeUTC></Conversation></FileDump>`,
  ],
  [
    'bloomberg msg',
    'application/x-bloomberg-msg+xml',
    '<FileDump><Version>1.6</Version><Message><MsgID>1</MsgID><MsgTimeUTC>1704164645</MsgTimeUTC><Sender><UserInfo><FirstName>Ada</FirstName></UserInfo></Sender><Recipient DeliveryType="TO"><UserInfo><FirstName>Bob</FirstName><CorporateEmailAddress>b@example.org</CorporateEmailAddress></UserInfo></Recipient><Subject>Rates</Subject><MsgBody>Up.\nDown.</MsgBody></Message></FileDump>',
  ],
  [
    'symphony',
    'application/x-symphony+xml',
    '<s:conversation xmlns:s="urn:symphony"><s:roomName>Desk</s:roomName><s:message><s:from>ada@example.org</s:from><s:timestamp>1704164645123</s:timestamp><s:text><div>Hello <b>you</b></div></s:text></s:message></s:conversation>',
  ],
  [
    'whatsapp',
    'text/x-whatsapp-chat',
    '31/12/2023, 22:58 - Ada: Hello\nsecond: line\n31/12/2023, 23:00 - Ada: again\n01/01/2024, 00:01 - Bob B.: \u200e<Media omitted>\n',
  ],
  [
    'vtt',
    'text/vtt',
    'WEBVTT - title\n\nNOTE x\n\nSTYLE\n::cue{}\n\n1\n00:00:01.000 --> 00:00:02.000 align:start\n<v Ada>one <i>two</i></v>\n\n01:00:00.000 --> 01:00:02.500\n- Bob: three\n',
  ],
  [
    'srt',
    'application/x-subrip',
    '1\n00:00:01,000 --> 00:00:02,000\n>> ADA: one\ntwo\n\n2\n00:00:03,000 --> 00:00:04,000\n<i>three</i>\n',
  ],
  [
    'markdown',
    'text/markdown',
    '# Head\n\ntext *x* [l](http://x)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n> quote\n',
    'text/markdown',
  ],
  [
    'html',
    'text/html',
    '<!doctype html><html><head><title>T</title><meta charset="utf-8"><style>x{}</style></head><body><h1>Head</h1><p>one<br>two &eacute; &#8364;<table><tr><td>a<td>b</table><ul><li>x</ul><blockquote>q</blockquote><pre> a\n b</pre><script>x</script></body></html>',
  ],
]
