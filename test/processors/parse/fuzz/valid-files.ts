import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from '../../../scripts/repository.ts'
import { aZip } from '../../fetch/a-zip.ts'
import { aMultipart } from '../a-mail.ts'
import { aPdf } from '../a-pdf.ts'
import { relations } from '../office/an-office-file.ts'
import { aCompoundFile } from '../outlook/a-compound-file.ts'
import { aMessage, fixed, properties } from '../outlook/a-msg.ts'
import { smallTexts } from './valid-texts.ts'

/** A small file that is read without a warning, in parts that can be mutated before it is put together. */
export interface ValidFile {
  readonly name: string
  /** What it is read as. */
  readonly type: string
  readonly declaredType?: string
  readonly parts: readonly Buffer[]
  readonly build: (parts: readonly Buffer[]) => Buffer
}

const whole = (
  name: string,
  type: string,
  content: Buffer | string,
  declaredType?: string,
): ValidFile => ({
  name,
  type,
  parts: [Buffer.from(content)],
  build: ([only]) => only!,
  ...(declaredType !== undefined && { declaredType }),
})

const zipped = (
  name: string,
  type: string,
  entries: Readonly<Record<string, string | Buffer>>,
): ValidFile => {
  const names = Object.keys(entries)
  return {
    name,
    type,
    parts: Object.values(entries).map((content) => Buffer.from(content)),
    build: (parts) => aZip(names.map((entry, at) => ({ name: entry, content: parts[at]! }))),
  }
}

const example = (type: string, path: string): ValidFile =>
  whole(path, type, readFileSync(join(repository, 'examples', 'archive', path)))

const MAILS = [
  'arabic-question',
  'bounce',
  'chinese-sample',
  'forwarded-complaint',
  'handover-with-zip',
  'html-newsletter',
  'incident',
  'invoice',
  'japanese-order',
  'odd-headers',
  'recall-2-answer',
  'russian-delivery',
]

const examples = [
  ...MAILS.map((name) => example('message/rfc822', `mail/${name}.eml`)),
  example('text/vtt', 'transcripts/standup.vtt'),
  example('application/x-subrip', 'transcripts/interview.srt'),
  example('text/x-irc-log', 'chats/dealers-irc.txt'),
  example('text/html', 'documents/release-notes.html'),
  example('application/pdf', 'documents/datasheet.pdf'),
]

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
const attribute = (level: number, id: number, data: Buffer): Buffer =>
  Buffer.concat([Buffer.of(level), u32(id), u32(data.length), data, Buffer.alloc(2)])
const tnef = Buffer.concat([
  Buffer.from('789f3e220100', 'hex'),
  attribute(2, 0x00069002, Buffer.alloc(14)),
  attribute(2, 0x00018010, Buffer.from('a.txt\0')),
  attribute(2, 0x0006800f, Buffer.from('in winmail')),
])

const message = properties({ 1000: 'Yes.\r\n\r\n> No?\r\n\0' })
const attached = {
  ...fixed(8, []),
  ...properties({ 3707: 'a.txt', 3701: Buffer.from('in a file') }),
}
const compound = aCompoundFile(aMessage({ ...message, '__attach_version1.0_#00000000': attached }))
const packedRtf = Buffer.concat([
  Buffer.from('00000000ff0000004d454c4100000000', 'hex'),
  Buffer.from('{\\rtf1 words\\par more}'),
])

const ooxml = (name: string, kind: string, entries: Readonly<Record<string, string>>): ValidFile =>
  zipped(name, `application/vnd.openxmlformats-officedocument.${kind}`, {
    '[Content_Types].xml': '<Types/>',
    ...entries,
  })

const office = [
  ooxml('docx', 'wordprocessingml.document', {
    'word/document.xml':
      '<w:document><w:body><w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Head</w:t></w:r></w:p><w:p><w:r><w:t xml:space="preserve">one </w:t><w:tab/><w:br/><w:t>two &amp; &#x1F600;</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl></w:body></w:document>',
    'word/footnotes.xml':
      '<w:footnotes><w:footnote w:id="2"><w:p><w:r><w:t>note</w:t></w:r></w:p></w:footnote></w:footnotes>',
    'docProps/core.xml':
      '<p><dc:title>T</dc:title><dc:creator>Ada</dc:creator><dcterms:created>2024-01-02T03:04:05Z</dcterms:created></p>',
  }),
  ooxml('xlsx', 'spreadsheetml.sheet', {
    'xl/workbook.xml':
      '<workbook><workbookPr date1904="1"/><sheets><sheet name="a" sheetId="1" r:id="r0"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels': relations({
      r0: ['worksheet', 'worksheets/s0.xml'],
      s: ['sharedStrings', 'sharedStrings.xml'],
      t: ['styles', 'styles.xml'],
    }),
    'xl/worksheets/s0.xml':
      '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" s="1"><v>45292.5</v></c><c t="b"><v>1</v></c></row><row r="4"><c t="inlineStr"><is><t>x</t></is></c><c><v>7.25</v></c></row></sheetData></worksheet>',
    'xl/sharedStrings.xml':
      '<sst><si><t>Ada</t></si><si><r><t>L</t></r><r><t>ace</t></r></si></sst>',
    'xl/styles.xml':
      '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy-mm-dd"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>',
  }),
  ooxml('pptx', 'presentationml.presentation', {
    'ppt/presentation.xml':
      '<p:presentation><p:sldIdLst><p:sldId id="1" r:id="r0"/></p:sldIdLst></p:presentation>',
    'ppt/_rels/presentation.xml.rels': relations({ r0: ['slide', 'slides/slide1.xml'] }),
    'ppt/slides/slide1.xml':
      '<p:sld><p:sp><p:nvPr><p:ph type="title"/></p:nvPr><p:txBody><a:p><a:r><a:t>Plan</a:t></a:r></a:p></p:txBody></p:sp></p:sld>',
  }),
  zipped('odt', 'application/vnd.oasis.opendocument.text', {
    mimetype: 'application/vnd.oasis.opendocument.text',
    'content.xml':
      '<office:document-content><office:body><office:text><text:h>Head</text:h><text:p>One<text:s text:c="2"/>two<text:tab/>x</text:p><table:table table:name="T"><table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="3"><text:p>a</text:p></table:table-cell></table:table-row></table:table></office:text></office:body></office:document-content>',
    'meta.xml':
      '<m><dc:title>L</dc:title><meta:creation-date>2024-01-02T03:04:05.123456789</meta:creation-date></m>',
  }),
]

const rsmf = JSON.stringify({
  version: '2.0.0',
  participants: [{ id: 'P1', display: 'Ada', email: 'ada@example.org' }],
  conversations: [{ id: 'C1', display: 'Plans', platform: 'slack', participants: ['P1'] }],
  events: [
    {
      type: 'message',
      conversation: 'C1',
      participant: 'P1',
      timestamp: '2024-01-02T03:04:05Z',
      body: 'one',
      attachments: [{ id: 'f1.txt', display: 'notes.txt', size: 9 }],
    },
  ],
})

const containers = [
  zipped('zip', 'application/zip', {
    'a.txt': 'words',
    'b/c.html': '<p>more words',
    'd.eml': 'From: a@b.org\nSubject: x\n\nbody',
  }),
  zipped('rsmf', 'application/x-rsmf', {
    'rsmf_manifest.json': rsmf,
    'attachments/f1.txt': 'in a file',
  }),
  whole('pdf', 'application/pdf', aPdf(['one', 'two'])),
  whole('winmail.dat', 'application/ms-tnef', tnef),
  whole('msg', 'application/vnd.ms-outlook', compound),
  whole(
    'msg with RTF',
    'application/vnd.ms-outlook',
    aCompoundFile(aMessage(properties({ 1009: packedRtf }))),
  ),
  {
    name: 'mail with attachments',
    type: 'message/rfc822',
    parts: [Buffer.from('words'), tnef, compound, office[0]!.build(office[0]!.parts)],
    build: ([text, ...files]: readonly Buffer[]) =>
      Buffer.from(
        aMultipart('mixed', [
          `Content-Type: text/plain; format=flowed\n\n${text!.toString('latin1')}`,
          ...files.map(
            (file, at) =>
              `Content-Type: application/octet-stream; name=f${at}\nContent-Transfer-Encoding: base64\n\n${file.toString('base64')}`,
          ),
        ]),
        'latin1',
      ),
  },
]

export const validFiles: readonly ValidFile[] = [
  ...examples,
  ...smallTexts.map(([name, type, content, declaredType]) =>
    whole(name, type, content, declaredType),
  ),
  ...office,
  ...containers,
]
