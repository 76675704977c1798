// Invented people of an invented bicycle maker. Addresses are of domains that are reserved for examples (RFC 2606), numbers
// are of ranges that are reserved for fiction or are the published test values of their kind.

const at = (name, address) => ({ name, address })

export const people = {
  lena: at('Lena Hartwig', 'lena.hartwig@nordlicht.example.com'),
  tomasz: at('Tomasz Wilk', 'tomasz.wilk@nordlicht.example.com'),
  priya: at('Priya Raman', 'priya.raman@nordlicht.example.com'),
  jonas: at('Jonas Öberg', 'jonas.oberg@nordlicht.example.com'),
  amelie: at('Amélie Fournier', 'amelie.fournier@velo-lyon.example.org'),
  kenji: at('中村健二', 'kenji.nakamura@ginrin.example.net'),
  daria: at('Дарья Соколова', 'daria.sokolova@sever.example.net'),
  mei: at('陈美玲', 'mei.chen@qingfeng.example.net'),
  omar: at('عمر الحداد', 'omar.haddad@darraja.example.net'),
  marta: at('Marta Ibáñez', 'marta.ibanez@pedalea.example.org'),
  oliver: at('Oliver Grant', 'oliver.grant@customer.example.com'),
  ruth: at('Ruth Adeyemi', 'ruth.adeyemi@customer.example.org'),
  felix: at('Felix Brandt', 'felix.brandt@broker.example.net'),
  support: at('Nordlicht Support', 'support@nordlicht.example.com'),
}
