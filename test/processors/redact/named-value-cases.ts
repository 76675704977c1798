import { type Case, hide, keep } from './case.ts'

/** Numbers that no registry knows, and a word beside them that says what they are. */
export const NAMED_NUMBERS: readonly Case[] = [
  hide('PHONE_NUMBER', '001-436-032-6539 fax', '436', '6539'),
  hide('PHONE_NUMBER', 'office 001-370-860-6051', '370', '6051'),
  hide('PHONE_NUMBER', '003-031-4992-Fax', '003', '4992'),
  hide('PHONE_NUMBER', 'You can call 95 18 07', '95 18 07'),
  hide('PHONE_NUMBER', 'Please call me at 85 97 44.', '85 97 44'),
  hide('PHONE_NUMBER', 'You were not answering at 35 20 43', '35 20 43'),
  keep('We call at 10 30 00 each day'),
  keep('Call me on 12 06 19'),
  hide('US_SSN', 'His social security number is 860-00-8973', '860-00-8973'),
  hide('US_SSN', 'SSN: 666-12-3456', '666-12-3456'),
  keep('part 860-00-8973'),
]

/** A degree is no host, though `.sc` is a domain. */
export const DEGREES: readonly Case[] = [keep('Hertha Talon B.Sc'), keep('B.Sc, M.Sc and D.Sc')]

/** Passwords in running text, and what texts say about passwords. */
export const PASSWORDS: readonly Case[] = [
  hide('SECRET', 'the password is hunter22, do not tell', 'hunter22'),
  hide('SECRET', 'its password is x7hGt-2kk', 'x7hGt'),
  hide('SECRET', 'Das Kennwort lautet Blume99.', 'Blume99'),
  hide('SECRET', 'mot de passe : glcnRzRuZzyg Merci', 'glcnRzRuZzyg'),
  keep('the password is case-sensitive'),
  keep('the password is 12-digit'),
  keep('its password is base64 encoded'),
  keep('password: getUserPassword is called'),
]

/** A made-up number of a known brand outside of its ranges. */
export const MADE_UP_CARDS: readonly Case[] = [
  hide('CREDIT_CARD', 'Charge 3519 0925 0208 5694 today', '0925'),
]
