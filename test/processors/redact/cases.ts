/**
 * Tricky writings. `hidden` must not survive redaction; `kept` must. All values are invented, from ranges reserved for
 * documentation, or published test numbers.
 */
export interface Case {
  readonly name: string
  readonly text: string
  readonly hidden?: readonly string[]
  readonly kept?: readonly string[]
  readonly type?: string
}

const hide = (type: string, text: string, ...hidden: string[]): Case => ({
  name: `${type}: ${JSON.stringify(text)}`,
  text,
  hidden,
  type,
})
const keep = (text: string): Case => ({ name: `kept: ${JSON.stringify(text)}`, text, kept: [text] })

const EMAILS: readonly Case[] = [
  hide(
    'EMAIL_ADDRESS',
    'Write to ann.lee@example.com today',
    'ann.lee@example.com',
    'ann',
    'example.com',
  ),
  hide('EMAIL_ADDRESS', 'ann+lists@mail.example.co.uk.', 'ann+lists'),
  hide('EMAIL_ADDRESS', '<ann@example.org>', 'ann@example'),
  hide('EMAIL_ADDRESS', 'mailto:ann@example.org?subject=x', 'ann@'),
  hide('EMAIL_ADDRESS', '"ann lee"@example.org', 'ann lee'),
  hide('EMAIL_ADDRESS', "o'neil@example.org", 'neil'),
  hide('EMAIL_ADDRESS', 'jörg@müller.example', 'jörg', 'müller'),
  hide('EMAIL_ADDRESS', 'ann@xn--mller-kva.example', 'ann@'),
  hide('EMAIL_ADDRESS', 'почта@пример.рф', 'почта', 'пример'),
  hide('EMAIL_ADDRESS', '邮箱ann@example.com。谢谢', 'ann@example.com'),
  hide('EMAIL_ADDRESS', 'ann@[192.0.2.7]', 'ann@'),
  hide('EMAIL_ADDRESS', 'bounce-ann=example.org@list.example', 'ann=example'),
  hide('EMAIL_ADDRESS', '?user=ann@example.org', 'ann@'),
  hide('EMAIL_ADDRESS', 'ann [at] example [dot] org', 'ann', 'example'),
  hide('EMAIL_ADDRESS', 'ann(at)example.org', 'ann', 'example'),
  hide('EMAIL_ADDRESS', 'ann at example dot org', 'ann', 'example'),
  hide('EMAIL_ADDRESS', 'ann.lee {at} example {dot} co {dot} uk', 'ann', 'example'),
  hide('EMAIL_ADDRESS', 'ann @ example.org', 'ann'),
  hide('EMAIL_ADDRESS', 'ann arroba example punto org', 'ann', 'example'),
  hide('EMAIL_ADDRESS', 'ann=40example.org', 'ann'),
  hide('EMAIL_ADDRESS', 'ann@exam=\r\nple.org', 'ann', 'ple.org'),
  hide('EMAIL_ADDRESS', 'ann<b>@</b>example.org', 'ann', 'example'),
  hide('EMAIL_ADDRESS', 'ann&#64;example&period;org', 'ann'),
  hide('EMAIL_ADDRESS', 'ann&#x40;example.org', 'ann'),
  hide('EMAIL_ADDRESS', 'a\u200bnn@exam\u00adple.org', 'nn@'),
  hide('EMAIL_ADDRESS', 'ａｎｎ＠ｅｘａｍｐｌｅ．ｏｒｇ', 'ａｎｎ', 'ｏｒｇ'),
]

const PHONES: readonly Case[] = [
  hide('PHONE_NUMBER', 'call +44 20 7946 0958 now', '7946', '0958'),
  hide('PHONE_NUMBER', '+1 (212) 555-0123', '212', '0123'),
  hide('PHONE_NUMBER', '+1-212-555-0123 ext. 77', '0123', '77'),
  hide('PHONE_NUMBER', '(+44) 20 7946 0958', '7946'),
  hide('PHONE_NUMBER', '+49 (0)30 901820', '901820'),
  hide('PHONE_NUMBER', '0049 30 901820', '901820'),
  hide('PHONE_NUMBER', 'Tel.: 030 901820', '901820'),
  hide('PHONE_NUMBER', '212-555-0123', '0123'),
  hide('PHONE_NUMBER', '(212) 555-0123', '0123'),
  hide('PHONE_NUMBER', '212.555.0123', '0123'),
  hide('PHONE_NUMBER', 'phone 2125550123', '2125550123'),
  hide('PHONE_NUMBER', 'Mobile: 07700 900123', '900123'),
  hide('PHONE_NUMBER', '07700900123 is my mobile', '07700900123'),
  hide('PHONE_NUMBER', '01 99 00 12 34', '99 00'),
  hide('PHONE_NUMBER', 'тел. 8 (495) 123-45-67', '123-45-67'),
  hide('PHONE_NUMBER', '电话:010-12345678', '12345678'),
  hide('PHONE_NUMBER', '+91 98765 43210', '43210'),
  hide('PHONE_NUMBER', '+٤٤ ٢٠ ٧٩٤٦ ٠٩٥٨', '٧٩٤٦'),
  hide('PHONE_NUMBER', '＋４４ ２０ ７９４６ ０９５８', '７９４６'),
  hide('PHONE_NUMBER', '+44\u00a020\u00a07946\u00a00958', '7946'),
  hide('PHONE_NUMBER', '+44‑20‑7946‑0958', '7946'),
  hide('PHONE_NUMBER', '+44 20 79<i>46</i> 0958', '0958'),
]

const NUMBERS: readonly Case[] = [
  hide('CREDIT_CARD', 'card 4111 1111 1111 1111 ok', '1111'),
  hide('CREDIT_CARD', '4111-1111-1111-1111', '1111'),
  hide('CREDIT_CARD', '4111111111111111', '1111'),
  hide('CREDIT_CARD', '3782 822463 10005', '822463'),
  hide('CREDIT_CARD', '6011111111111117', '6011'),
  hide('CREDIT_CARD', '4111<wbr>1111<wbr>1111<wbr>1111', '1111'),
  hide('CREDIT_CARD', '４１１１　１１１１　１１１１　１１１１', '１１１１'),
  hide('CREDIT_CARD', '4111=\n111111111111', '1111'),
  hide('IBAN_CODE', 'DE89 3704 0044 0532 0130 00', '3704'),
  hide('IBAN_CODE', 'GB29NWBK60161331926819', 'NWBK'),
  hide('IBAN_CODE', 'iban gb29 nwbk 6016 1331 9268 19', 'nwbk'),
  hide('US_SSN', '536-90-4399', '4399'),
  hide('US_SSN', 'SSN 536904399', '536904399'),
  hide('US_SSN', 'his social security number is 536 90 4399', '4399'),
  hide('US_ITIN', '912-71-1234', '1234'),
  hide('IP_ADDRESS', 'from 192.0.2.44:8080', '192.0.2.44'),
  hide('IP_ADDRESS', '2001:db8:85a3::8a2e:370:7334', '8a2e'),
  hide('IP_ADDRESS', '[2001:db8::1]:443', '2001:db8'),
  hide('IP_ADDRESS', 'fe80::1ff:fe23:4567:890a%eth0', 'fe23'),
  hide('MAC_ADDRESS', '00:1a:2B:3c:4D:5e', '2B'),
  hide('MAC_ADDRESS', '00-1A-2B-3C-4D-5E', '2B'),
  hide('MAC_ADDRESS', '001a.2b3c.4d5e', '2b3c'),
  hide('CRYPTO', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', '1A1zP1'),
  hide('CRYPTO', 'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq', 'bc1q'),
  hide('CRYPTO', '0x52908400098527886E0F7030069857D2E4169EE7', '0x5290'),
  hide('DATE_OF_BIRTH', 'born 12/03/1980 in Ulm', '12/03/1980'),
  hide('DATE_OF_BIRTH', 'DOB: 1980-03-12', '1980-03-12'),
  hide('DATE_OF_BIRTH', 'geboren am 12.03.1980', '12.03.1980'),
  hide('DATE_OF_BIRTH', 'Date of birth: March 12, 1980', 'March 12'),
  hide('DATE_OF_BIRTH', '生年月日:1980年3月12日', '1980年'),
  hide('NATIONAL_ID', 'CPF 390.533.447-05', '390.533'),
  hide('NATIONAL_ID', 'DNI 12345678Z', '12345678Z'),
  hide('NATIONAL_ID', 'PESEL 44051401359', '44051401359'),
  hide('NATIONAL_ID', 'NHS number 943 476 5919', '5919'),
  hide('NATIONAL_ID', 'RSSMRA85T10A562S', 'RSSMRA'),
  hide('NATIONAL_ID', 'NI: AB 12 34 56 C', '34 56'),
]

const SECRETS: readonly Case[] = [
  hide('SECRET', `aws ${'AKIA'}IOSFODNN7EXAMPLE`, 'IOSFODNN7'),
  hide('SECRET', `token ${'ghp'}_0123456789abcdefghijABCDEFGHIJ456789`, '0123456789abc'),
  hide('SECRET', `${'xoxb'}-123456789012-abcdefABCDEF`, 'abcdefABCDEF'),
  hide('SECRET', `${'sk_live'}_0123456789abcdefABCDEF01`, '0123456789abcdef'),
  hide(
    'SECRET',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLWhlcmU',
    'eyJhbGci',
    'c2lnbmF0',
  ),
  hide(
    'SECRET',
    '-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----',
    'MIIabc',
  ),
  hide('SECRET', 'password: hunter2!', 'hunter2'),
  hide('SECRET', 'Password: swordfish\n', 'swordfish'),
  hide('SECRET', 'api_key = "zaCELgL0imfnc8mVLWwsAawjYr4Rx"', 'zaCELgL0'),
  hide('SECRET', 'Passwort: Geheim123', 'Geheim123'),
  hide('URL_CREDENTIALS', 'https://ann:s3cr3t@example.org/x', 's3cr3t'),
  hide('URL_CREDENTIALS', 'https://example.org/cb?access_token=abcdef123456&x=1', 'abcdef123456'),
]

const KEPT: readonly Case[] = [
  keep('Version 1.2.3.4 is out'),
  keep('released 1.8.3 / 03.10.2020'),
  keep('6.17.1 (2017-05-10)'),
  keep('The meeting is on 2024-05-17 at 10:30:00'),
  keep('look at example.org for more'),
  keep('std::vector<int> a::b'),
  keep('icon@2x.png'),
  keep('@types/node@20.19.43'),
  keep('order 4111 1111 1111 1112'),
  keep('pages 123-456'),
  keep('password: please change it soon'),
  keep('ISBN 978-3-16-148410-0'),
  keep('1,234,567,890 rows'),
  keep('the ratio is 12:30:45'),
  keep('commit 3f786850e387550fdab836ed7e6dc881de23001b'),
  keep('550e8400-e29b-41d4-a716-446655440000'),
  keep('1700000000000'),
  keep('DE89 3704 0044 0532 0130 01'),
  keep('we met @ the office. then left'),
]

export const CASES: readonly Case[] = [...EMAILS, ...PHONES, ...NUMBERS, ...SECRETS, ...KEPT]
