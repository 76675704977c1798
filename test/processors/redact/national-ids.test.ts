import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { detect } from '../../../processors/redact/redact.ts'
import { mayBeNationalId } from '../../../processors/redact/recognisers/national-ids.ts'
import { NATIONAL_IDS } from '../../../processors/redact/recognisers/national-id-table.ts'
import { somePolicy } from './some-policy.ts'

/** Numbers that the validators' own tests or the issuing offices give as examples: identifier, a word that names it, value. */
const VECTORS = `
AR.cuit | cuit | 20-05536168-2
AR.dni | dni | 20123456
AT.vnr | sozialversicherungsnummer | 1237010180
AU.tfn | tfn | 123456782
AU.abn | abn | 83 914 571 673
BA.jmbg | jmbg | 0101006500006
BE.nn | rijksregisternummer | 88 02 29-999.90
BG.egn | egn | 752316 926 3
BR.cpf | cpf | 216.957.050-09
BR.cnpj | cnpj | 16727230000197
CA.sin | sin | 123456782
CH.ssn | ahv | 7569217076985
CL.rut | rut | 125319092
CN.ric | 身份证 | 360426199101010071
CO.nit | nit | 213.123.4321
CR.cpf | cédula | 701610395
CU.ni | carné | 91021027775
CZ.rc | rodné | 7103192745
DE.idnr | steuer | 36574261809
DE.svnr | rentenversicherungsnummer | 15070649C103
DK.cpr | cpr | 2110625629
DO.cedula | cédula | 00113918205
EC.ci | cédula | 1714307103
EE.ik | isikukood | 36805280109
ES.dni | dni | 54362315K
FI.hetu | hetu | 131052-308T
FR.nir | nir | 295109912611193
FR.nif | spi | 3023217600053
GB.nino | nino | HH 012345 D
GB.utr | utr | 1955839661
GR.amka | amka | 01013099997
GT.cui | cui | 1587564440904
HK.hkid | hkid | AB9876543
ID.npwp | npwp | 013000666091000
IE.pps | pps | 6433435F
IN.aadhaar | aadhaar | 234123412346
IN.pan | pan | AAPPV8261K
IN.epic | voter | WKH1186253
IS.kennitala | kennitala | 4504013150
IT.codicefiscale | fiscale | RCCMNL83S18D969H
KR.rrn | 주민등록번호 | 9710139019902
LT.asmens | asmens | 33309240064
LV.pvn | personas | 161175-19997
MU.nid | nid | M090497290349B
MX.rfc | rfc | MHTR93041179A
MX.clabe | clabe | 002010077777777771
MY.nric | nric | 770305021234
NL.bsn | bsn | 111222333
NO.fodselsnummer | fødselsnummer | 15108695088
NZ.ird | ird | 4909185-0
PE.cui | dni | 101174102
PE.ruc | ruc | 20512333797
PK.cnic | cnic | 5410498905786
PL.pesel | pesel | 44051401359
PT.nif | nif | 507104560
PT.cc | cidadão | 000000000ZZ4
PY.ruc | ruc | 80028061 0
RO.cnp | cnp | 1630615123457
RU.inn | инн | 123456789047
SE.personnummer | personnummer | 880320-0016
SV.nit | nit | 06140507071048
TH.idnr | บัตรประชาชน | 1112034563562
TR.tckimlik | kimlik | 17291716060
TW.natid | 身分證 | A200501505
UA.rntrc | рнокпп | 1759013776
UY.cedula | cédula | 12345672
VE.rif | rif | V114702834
VN.mst | mst | 01.00.112.437
ZA.idnr | rsa | 7503305044089
AD.nrt | nrt | D059888N
AO.bi | bilhete | 000204688CA010
AO.nif | nif | 0000000001
BE.bis | bis | 88222999936
BG.pnf | лнч | 7111 042 925
BO.ci | carnet | 1234567SC
BY.unp | унп | 200988541
CA.bc_bhn | bhn | 9698658215
CR.cr | dimex | 122200569906
DE.stnr | steuernummer | 18181508155
DZ.nif | nif | 000 216 001 808 337 13010
EC.ruc | ruc | 1792060346001
ES.nss | seguridad | 281234567840
FO.vn | vinnutal | 623857
GH.tin | gra | C0000803561
GN.nifp | nifp | 693770885
GT.nit | nit | 39525503
KE.pin | kra | P051365947M
LI.peid | peid | 1234567
MD.idno | idno | 1008600038413
MZ.nuit | nuit | 107705694
MZ.bi | bilhete | 110504162779A
NL.onderwijsnummer | onderwijsnummer | 1012.22.331
PE.ce | extranjería | 001766062
PY.cedula | cédula | 6.001.234
TW.ui | 居留證 | AB00501503
UY.nie | nie | 912345670
ZA.tin | sars | 0001339050
AE.eid | emirates | 784-1980-1234500-9
KZ.iin | иин | 880715300009
SA.nid | iqama | 1012345003
US.npi | npi | 1234567893
AU.medicare | medicare | 2123456701
DE.kvnr | kvnr | M123456001
CA.ohip | ohip | 9876543001
JP.mynumber | 個人番号 | 987654321000
SG.nric | nric | F1234500M
GB.nhs | nhs | 943 476 5919
US.dea | dea | AB1234563
TH.idnr | ประชาชน | 1112034563562
HR.oib | oib | 33392005961
PL.nip | nip | 8567346215
ES.nie | number | X-2482300-W
VE.rif | number | V-11470283-4
PT.cc | number | 00000000 0 ZZ4
MX.rfc | rfc | VACE460910SX6
ID.nik | ktp | 3171011708450001
`
  .trim()
  .split('\n')
  .map((line) => line.split(' | ') as [string, string, string])

/** These have a form and no check digit that every change of one digit breaks. */
const NO_CHECKSUM = new Set(
  'AR.dni CR.cpf MX.rfc GB.nino IN.pan AD.nrt AO.bi AO.nif BO.ci FO.vn KE.pin LI.peid MZ.bi PE.ce PY.cedula'.split(
    ' ',
  ),
)

const policy = somePolicy()

/** Which identifier the whole value behind the word is taken for. */
const foundAs = (word: string, value: string): string | undefined => {
  const text = `${word} ${value}`
  const found = detect(text, policy).find(
    ({ start, end }) => start === word.length + 1 && end === text.length,
  )
  return found?.recogniser.replace(/^(?:national-id|medical)\//, '')
}

/** The value with each of its digits changed to each other digit. */
const changes = (value: string): string[] =>
  Array.from(value).flatMap((digit, at) =>
    /\d/.test(digit)
      ? Array.from('123456789')
          .filter((other) => other !== digit)
          .map((other) => value.slice(0, at) + other + value.slice(at + 1))
      : [],
  )

const require = createRequire(import.meta.url)

describe('identifiers of persons', () => {
  it('have a validator where the package keeps those of their country, or a check of ours', () => {
    for (const { country, key } of NATIONAL_IDS.filter((each) => !each.check)) {
      const ofCountry = require(`stdnum/lib/cjs/${country.toLowerCase()}`) as Record<
        string,
        { readonly validate?: unknown } | undefined
      >
      assert.equal(typeof ofCountry[key]?.validate, 'function', `${country}.${key}`)
    }
  })

  it('are known of at least 75 countries', () => {
    assert.ok(new Set(VECTORS.map(([name]) => name.slice(0, 2))).size >= 75)
    assert.ok(new Set(NATIONAL_IDS.map(({ country }) => country)).size >= 80)
  })

  for (const [name, word, value] of VECTORS) {
    it(`of ${name} are found behind "${word}"`, () => {
      assert.equal(foundAs(word, value), name)
    })
    if (!NO_CHECKSUM.has(name))
      it(`of ${name} are told from numbers with a wrong digit`, () => {
        assert.ok(changes(value).some((wrong) => foundAs(word, wrong) !== name))
      })
  }

  it('without a check digit need their word', () => {
    for (const [name, , value] of VECTORS.filter(([each]) => NO_CHECKSUM.has(each)))
      if (!NATIONAL_IDS.some(({ alone, country, key }) => alone && name === `${country}.${key}`))
        assert.notEqual(foundAs('number', value), name)
  })
})

describe('the look at how an identifier begins', () => {
  for (const { country, key, alone } of NATIONAL_IDS)
    if (alone)
      it(`turns down nothing of the form of ${country}.${key}`, () => {
        // fast-check knows no flags: small letters are tried besides.
        fc.assert(
          fc.property(
            fc.stringMatching(new RegExp(alone.source.replace('(?! \\d{4})', ''))),
            (value) => {
              for (const form of [value, value.toLowerCase()])
                assert.ok(
                  mayBeNationalId(
                    Uint16Array.from(`${form} `, (c) => c.charCodeAt(0)),
                    0,
                  ),
                )
            },
          ),
          { numRuns: 200 },
        )
      })
})
