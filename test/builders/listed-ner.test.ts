import { describeNer } from '../contracts/ner.contract.ts'
import { listedNer } from './listed-ner.ts'

describeNer('the list of the tests', () =>
  Promise.resolve({
    ner: listedNer({ 'Ada Lovelace': 'PERSON', London: 'LOCATION' }),
    destroy: () => Promise.resolve(),
  }),
)
