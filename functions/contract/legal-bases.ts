/**
 * What a country's law lets a shop do without consent: mail a customer about its own similar goods after a
 * sale. Data, one row a country. This is no legal advice: the shop reads the rows that concern it, and
 * confirms them with `settings.legalBasesConfirmed` before its prod stage sends.
 *
 * A country that is not here allows consent alone. So do Austria (its list of who wants no mail would have
 * to be asked), Poland and all whose rule nobody has written down here yet. A cart is no sale anywhere.
 */

/** ISO 8601 date. */
type CalendarDay = `${number}-${number}-${number}`;

/** Mails that follow from a sale, where a country has them. */
export type SaleRule = {
  /** The customer was told at the sale, and could say no: `marketing_notice: true` of the order. */
  notice: boolean;
  /** It ends so many days after the latest such sale. */
  days: number;
};

export type LegalBasisRow = {
  /** ISO 3166-1 alpha-2. */
  country: string;
  /** Absent: consent alone. */
  sale?: SaleRule;
  /** Where it is written. */
  source: string;
  /** When the row was written down. */
  written: CalendarDay;
};

/**
 * Where the law names no end: two years, the longest that one of these laws names. A customer of three years
 * ago hardly expects to be written to.
 */
export const SALE_DAYS_MAX = 730;
const ownGoods: SaleRule = { notice: true, days: SALE_DAYS_MAX };
const row = (country: string, source: string, sale?: SaleRule): LegalBasisRow => ({
  country,
  ...(sale && { sale }),
  source,
  written: '2026-11-22',
});

export const LEGAL_BASES: readonly LegalBasisRow[] = [
  row('AM', 'Law on Protection of Personal Data, HO-49-N of 2015: consent of the data subject'),
  row('CA', "Canada's Anti-Spam Legislation, S.C. 2010, c. 23, s. 10(9) and (10): two years", {
    notice: false,
    days: 730,
  }),
  row('DE', 'Gesetz gegen den unlauteren Wettbewerb (UWG), § 7(3)', ownGoods),
  row('FR', 'Code des postes et des communications électroniques, art. L34-5', ownGoods),
  row('GB', 'Privacy and Electronic Communications Regulations 2003, reg. 22(3)', ownGoods),
  row('HU', 'Act XLVIII of 2008 on commercial advertising, § 6(1): prior and express consent'),
  row('IE', 'S.I. No. 336/2011, reg. 13(11): a sale of the last twelve months', {
    notice: true,
    days: 365,
  }),
  row('LT', 'Law on Electronic Communications, No. IX-2135, art. 81(2)', ownGoods),
  row('NL', 'Telecommunicatiewet, art. 11.7(3)', ownGoods),
  row('SA', 'Personal Data Protection Law, Royal Decree M/19 of 1443H, art. 25: prior consent'),
];

/** The newest row: a shop that confirmed the table before it reads it again. */
export const LEGAL_BASES_WRITTEN: string = LEGAL_BASES.reduce(
  (newest, { written }) => (written > newest ? written : newest),
  '',
);
