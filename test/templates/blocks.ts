/** The shop's templates with tiers of customers, and a journey that shows the blocks which no mail of it uses. */
import { join } from 'node:path';
import { readTemplates, type TemplateFiles } from '../../infra/templates/files.ts';
import { TEMPLATES_DIR } from '../../infra/build-release.ts';

const BLOCKS_DIR = join(import.meta.dirname, '../fixtures');

/** As a shop would name its tiers, and what each brings. */
const TIER_WORDS: Readonly<Record<string, object>> = {
  'en.default': {
    tier_friend: { name: 'Friend', benefits: 'Free delivery, and two weeks more for returns.' },
    tier_family: { name: 'Family', benefits: 'Free delivery, free repairs, and new pieces first.' },
  },
  lt: {
    tier_friend: {
      name: 'Draugas',
      benefits: 'Nemokamas pristatymas ir dvi savaitės ilgiau grąžinti.',
    },
    tier_family: {
      name: 'Šeima',
      benefits: 'Nemokamas pristatymas ir taisymas, naujienos – pirmiausia Jums.',
    },
  },
  ar: {
    tier_friend: { name: 'صديق', benefits: 'توصيل مجاني، وأسبوعان إضافيان للإرجاع.' },
    tier_family: { name: 'عائلة', benefits: 'توصيل مجاني، وإصلاح مجاني، والجديد لك أولًا.' },
  },
  hu: {
    tier_friend: {
      name: 'Barát',
      benefits: 'Ingyenes szállítás, és két héttel több a visszaküldésre.',
    },
    tier_family: {
      name: 'Család',
      benefits: 'Ingyenes szállítás és javítás, az újdonságok elsőként.',
    },
  },
  hy: {
    tier_friend: { name: 'Ընկեր', benefits: 'Անվճար առաքում և ևս երկու շաբաթ վերադարձի համար։' },
    tier_family: {
      name: 'Ընտանիք',
      benefits: 'Անվճար առաքում, անվճար նորոգում, նորույթներն՝ առաջինը Ձեզ։',
    },
  },
};

const TIERS = `tiers:
  by: orders
  levels:
    - { id: friend, from: 3 }
    - { id: family, from: 10 }
`;

export function blockFiles(by: 'orders' | 'spent' = 'orders', levels = TIERS): TemplateFiles {
  const files = new Map(readTemplates(TEMPLATES_DIR));
  for (const [path, text] of readTemplates(BLOCKS_DIR)) {
    if (path.startsWith('blocks/')) files.set(path, text);
  }
  const brand = files.get('_shared/brand.yaml') ?? '';
  files.set('_shared/brand.yaml', `${brand}\n${levels.replace('by: orders', `by: ${by}`)}`);
  for (const [locale, words] of Object.entries(TIER_WORDS)) {
    const path = `_shared/locales/${locale}.json`;
    const known = JSON.parse(files.get(path) ?? '{}') as object;
    files.set(path, JSON.stringify({ ...known, ...words }, null, 2));
  }
  return files;
}
