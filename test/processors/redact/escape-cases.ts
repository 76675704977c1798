import { type Case, hide, keep } from './case.ts'

/** Text inside a string of JSON or of a program, as logs and exports have it: `\n` is two characters there. */
export const ESCAPED: readonly Case[] = [
  hide('PHONE_NUMBER', String.raw`Ann Doe\nPhone:\n(52) 876-015\n`, '(52)', '876-015'),
  hide('PHONE_NUMBER', String.raw`Room 5\nMobile: 719 6619\nFax: none`, '719 6619'),
  hide('PHONE_NUMBER', String.raw`Suite 2\r\n020-765-1508-Office\r\n`, '020-765-1508'),
  hide('PHONE_NUMBER', String.raw`name\tphone\t719 6619`, '719 6619'),
  hide('EMAIL_ADDRESS', String.raw`"mail":"ann\u0040example.org"`, 'ann', 'example.org'),
  hide('EMAIL_ADDRESS', String.raw`Ann\nann@example.org\n`, 'ann@example.org'),
  hide('US_SSN', String.raw`id\n536-90-4399\n`, '536-90-4399'),
  {
    name: 'a password in an address whose slashes are escaped',
    text: String.raw`"url":"https:\/\/app:hunter22@db.example.org\/x"`,
    hidden: ['hunter22'],
  },
  keep(String.raw`C:\new\table\nightly\5.1`),
  keep(String.raw`s.split("\n").map((line) => line + "\t")`),
  keep(String.raw`\nu + \tau = \u0394`),
]
