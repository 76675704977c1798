/** Regions where much is written in a language, by ISO 639-1. */
const BY_LANGUAGE: Readonly<Record<string, readonly string[]>> = {
  ar: ['EG', 'SA', 'AE', 'MA', 'DZ', 'JO'],
  cs: ['CZ'],
  da: ['DK'],
  de: ['DE', 'AT', 'CH'],
  el: ['GR', 'CY'],
  en: ['US', 'GB', 'CA', 'AU', 'IE', 'NZ', 'IN', 'ZA'],
  es: ['ES', 'MX', 'AR', 'CO', 'CL', 'PE'],
  fi: ['FI'],
  fr: ['FR', 'BE', 'CH', 'CA'],
  he: ['IL'],
  hi: ['IN'],
  hu: ['HU'],
  it: ['IT', 'CH'],
  ja: ['JP'],
  ko: ['KR'],
  nl: ['NL', 'BE'],
  no: ['NO'],
  pl: ['PL'],
  pt: ['PT', 'BR'],
  ro: ['RO'],
  ru: ['RU', 'KZ'],
  sv: ['SE', 'FI'],
  tr: ['TR'],
  uk: ['UA'],
  vi: ['VN'],
  zh: ['CN', 'TW', 'HK', 'SG'],
}

const DEFAULT_REGIONS: readonly string[] = ['US', 'GB', 'DE', 'FR', 'ES', 'IT', 'AU', 'IN']

/** Regions whose national phone format is believed without a word beside it, by the languages of the documents. */
export const regionsOf = (languages: readonly string[]): readonly string[] =>
  languages.length === 0
    ? DEFAULT_REGIONS
    : [...new Set(languages.flatMap((language) => BY_LANGUAGE[language] ?? []))]
