import { type Case, hide, keep } from './case.ts'

/** What stands beside a card's number: fields of a list, cells of a table. */
export const CARDS: readonly Case[] = [
  hide('CARD_DETAIL', '4111 1111 1111 1111, VISA, name of holder, exp 12/27', '12/27'),
  hide('CARD_DETAIL', '4111-1111-1111-1111 (Visa, Jane Q. Roe, exp 12/27)', '12/27'),
  hide('CARD_DETAIL', '4111 1111 1111 1111\nJane Roe\n12 Main Street\nExp 12/27', '12/27'),
  hide('CARD_DETAIL', '4111 1111 1111 1111 | 12/27 | 123', '12/27', '123'),
  hide('CARD_DETAIL', '| 4111111111111111 | 12/2027 | 1234 |', '12/2027', '1234 |'),
  hide('CARD_DETAIL', '4111111111111111|12|27|123', '12|27', '123'),
  hide('CARD_DETAIL', '4111111111111111;1227;123', '1227', '123'),
  hide('CARD_DETAIL', '"4111111111111111","12/27","123"', '12/27', '123'),
  hide('CARD_DETAIL', '4111 1111 1111 1111\t12/27', '12/27'),
  hide('CARD_DETAIL', '4111 1111 1111 1111 12/27 123', '12/27', '123'),
  hide('CARD_DETAIL', '<td>4111111111111111</td><td>12/27</td><td>123</td>', '12/27', '123'),
  hide('CARD_DETAIL', 'card | 12/27 | 123', '12/27', '123'),
  hide('CARD_DETAIL', 'CVV | 123', '123'),
  hide('CARD_DETAIL', 'CVC2: 123', '123'),
  hide('CARD_DETAIL', 'cryptogramme visuel : 123', '123'),
  hide('CARD_DETAIL', '{"expiryDate":"12/27","card":"4111111111111111"}', '12/27'),
  hide('CARD_DETAIL', '{"securityCode":"123"}', '123'),
  keep('cards | 12/27 | seen'),
  {
    name: 'a date behind a card number is none of its own',
    text: '4111 1111 1111 1111 12/27 $45.00, see you on 12/27',
    hidden: ['4111'],
    kept: [' 12/27 $45.00, see you on 12/27'],
  },
  {
    name: 'what expires in a sentence of its own',
    text: '4111 1111 1111 1111, thank you. Our coupon, for all of you, expires 12/27',
    hidden: ['4111'],
    kept: ['expires 12/27'],
  },
]
