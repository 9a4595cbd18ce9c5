/** What the law says of a mail, and how a shop shows that it may say it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { newChecker } from '../../infra/templates/checks/index.ts';
import { claimsIn } from '../../infra/templates/checks/claim-words.ts';
import { MARKETING_PARTIALS, SERVICE_PARTIALS } from '../../infra/templates/checks/law.ts';
import { checksReference } from '../../infra/templates/checks/reference.ts';
import { CHECKS_FILE } from '../../infra/write-checks.ts';
import {
  BODY,
  BODY_LINE,
  type Change,
  changed,
  check,
  errors,
  MAIL,
  NOTE,
  SETTINGS,
  shop,
} from './checks-shop.ts';

const BRAND = '_shared/brand.yaml';
const say = (text: string): Change => [NOTE, BODY, text];
const above = (yaml: string): Change => [NOTE, 'subject:', `${yaml}\nsubject:`];
const brand = (yaml: string): Change => [BRAND, 'radius: 6px', `radius: 6px\n${yaml}`];
const rulesOf = async (...changes: Change[]) =>
  errors((await check(changed(...changes))).findings).map(({ rule }) => rule);

it('the reference is the one that is made from the rules; else run node infra/write-checks.ts', () => {
  expect(readFileSync(CHECKS_FILE, 'utf8')).toBe(checksReference());
});

describe('a green claim', () => {
  const claim = say('Eco-friendly and carbon neutral');
  const ecolabel = '{ claim: eco-friendly, basis: ecolabel, proof: LT/020/001 }';
  const lifeCycle = '{ claim: climate-neutral, basis: life-cycle, proof: Assessment of 2026 }';

  it('may be made with its proof above the mail, or in the brand for all mails', async () => {
    expect(await rulesOf(claim)).toEqual(['green-claim', 'offset-claim']);
    expect(await rulesOf(claim, above(`claims: [${ecolabel}]`))).toEqual(['offset-claim']);
    expect(await rulesOf(claim, above(`claims: [${ecolabel}, ${lifeCycle}]`))).toEqual([]);
    expect(await rulesOf(claim, brand(`claims: [${ecolabel}, ${lifeCycle}]`))).toEqual([]);
  });

  it('of the climate needs a proof of the product itself, others need none of its whole life', async () => {
    const offset = 'claims: [{ claim: climate-neutral, basis: ecolabel, proof: trees }]';
    expect(await rulesOf(claim, above(offset))).toContain('front-matter');
    const generic = 'claims: [{ claim: eco-friendly, basis: life-cycle, proof: study }]';
    expect(await rulesOf(claim, above(generic))).toContain('front-matter');
  });

  it('is a warning where no consumer of the EU reads it', async () => {
    const files = changed(claim, brand('eu_consumers: false'));
    const { findings } = await check(files);
    expect(errors(findings)).toEqual([]);
    const told = findings.filter(({ rule }) => rule.endsWith('-claim'));
    expect(told.map(({ severity, file, line }) => `${severity} ${file}:${line}`)).toEqual([
      `warning ${NOTE}:${BODY_LINE}`,
      `warning ${NOTE}:${BODY_LINE}`,
    ]);
  });

  it('counts where the shop is, unless the brand says who reads it', async () => {
    const abroad = { ...SETTINGS, shop: { ...SETTINGS.shop, country: 'US' } };
    const one = { mail: MAIL };
    const there = await newChecker().check(abroad, changed(claim), one);
    expect(errors(there.findings)).toEqual([]);
    const sold = changed(claim, brand('eu_consumers: true'));
    const here = await newChecker().check(abroad, sold, one);
    expect(errors(here.findings)).toHaveLength(2);
  });

  it.each([
    ['en', 'Better for the planet', 'eco-friendly'],
    ['en', 'Choose the green option? Go green with us', 'green'],
    ['en', 'Made sustainably', 'sustainable'],
    ['en', 'Net-zero delivery', 'climate-neutral'],
    ['en', 'We offset all emissions', 'climate-compensated'],
    ['en', 'A smaller carbon footprint', 'reduced-climate-impact'],
    ['lt', 'Aplinkai draugiškas žiedas', 'eco-friendly'],
    ['lt', 'Tvarios pakuotės', 'sustainable'],
    ['lt', 'Klimatui neutralus siuntimas', 'climate-neutral'],
    ['lt', 'Kompensuojame CO2', 'climate-compensated'],
    ['ar', 'تغليف صديق للبيئة', 'eco-friendly'],
    ['ar', 'منتجاتنا المستدامة', 'sustainable'],
    ['ar', 'شحن محايد كربونيًا', 'climate-neutral'],
    ['hu', 'Környezetbarát csomagolás', 'eco-friendly'],
    ['hu', 'Fenntartható ékszerek', 'sustainable'],
    ['hu', 'Karbonsemleges kiszállítás', 'climate-neutral'],
    ['hy', 'Էկոլոգիապես մաքուր փաթեթ', 'eco-friendly'],
    ['hy', 'Կայուն արտադրություն', 'sustainable'],
    ['hy', 'Ածխածնային չեզոք առաքում', 'climate-neutral'],
  ])('is known in %s: %s', (language, text, claimed) => {
    expect(claimsIn(text, language).map(({ claim: name }) => name)).toContain(claimed);
  });

  it.each([
    ['en', 'A green ring of recycled silver, 92%'],
    ['en', 'The environment of the shop'],
    ['lt', 'Žalias žiedas, tvarkinga dėžutė'],
    ['hu', 'A jogot fenntartjuk; zöld gyűrű'],
    ['hy', 'Կանաչ մատանի'],
    ['ar', 'خاتم أخضر'],
  ])('is not seen in %s where there is none: %s', (language, text) => {
    expect(claimsIn(text, language)).toEqual([]);
  });
});

describe('a price that is struck out', () => {
  it('is taken when it is recorded as the lowest of 30 days', async () => {
    const price = say('<s>49,00 €</s> 39,00 €');
    expect(await rulesOf(price)).toEqual(['price-reduction']);
    expect(await rulesOf(price, above("lowest_prices: ['49,00 €']"))).toEqual([]);
    expect(await rulesOf(price, above("lowest_prices: ['59,00 €']"))).toEqual(['price-reduction']);
  });

  it('is refused over lines and with elements in it; other things may be struck out', async () => {
    expect(await rulesOf(say('<del><b>EUR 49</b></del>'))).toEqual(['price-reduction']);
    expect(await rulesOf(say('<del>the old name</del>'))).toEqual([]);
  });
});

describe('a mail that has to be sent', () => {
  it('knows of each partial that ships whether it sells', () => {
    const shipped = [...shop().keys()].flatMap(
      (path) => /^_shared\/([a-z-]+)\.mjml$/.exec(path)?.[1] ?? [],
    );
    const known: string[] = [...MARKETING_PARTIALS, ...SERVICE_PARTIALS];
    expect(shipped.filter((name) => !known.includes(name))).toEqual([]);
  });
});
