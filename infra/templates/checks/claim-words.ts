/**
 * How shops call themselves green, by language: what a text must not say to consumers in the EU without proof
 * (Directive (EU) 2024/825). Beginnings of words, since endings change: `ekologišk` is every case of it.
 * Colours, names and what is told exactly ("recycled silver, 92%") are no claims of this kind.
 */
import type { Claim } from '../proof.ts';

type ClaimWords = { readonly [claim in Claim]?: string };

const CARBON_EN = '(?:climate|carbon|co2|co₂)';
const en: ClaimWords = {
  'eco-friendly':
    "eco[- ]?friendly|environment(?:ally)?[- ](?:friendly|correct|sound|safe|responsible|conscious)|nature'?s friend|(?:kind|kinder|gentle|good|better) (?:to|on|for) (?:the (?:planet|environment|earth)|nature|our planet)|planet[- ]friendly|earth[- ]friendly|ecological(?:ly)?",
  green:
    '(?:go|going|buy|shop|shopping|choose|think|give|gift) green|green(?:er)? (?:choice|alternative|product|shopping|delivery|shipping|packaging|brand|shop|future|gift)s?',
  sustainable:
    'sustainab(?:le|ly|ility)|eco[- ]conscious|conscious (?:choice|collection)|responsibly made',
  'climate-friendly': `${CARBON_EN}[- ]friendly`,
  'energy-efficient': 'energy[- ](?:efficient|efficiency|saving)',
  biodegradable: 'biodegrad(?:able|es?)|compostable',
  biobased: 'bio[- ]?based|plant[- ]based material',
  'climate-neutral': `${CARBON_EN}[- ](?:neutral(?:ity)?|free)|net[- ]zero|zero[- ](?:carbon|emissions?|co2)`,
  'climate-positive': `${CARBON_EN}[- ](?:positive|negative)`,
  'climate-compensated': `(?:${CARBON_EN}|emissions?)[- ](?:compensat|offset)\\p{L}*|(?:offset|compensat)\\p{L}* (?:(?:our|your|the|all|its) )?(?:carbon|co2|co₂|emissions?)`,
  'reduced-climate-impact': `(?:reduced|lower|limited|smaller|less) (?:climate impact|${CARBON_EN} (?:footprint|impact|emissions?)|environmental (?:impact|footprint))`,
};

const lt: ClaimWords = {
  'eco-friendly':
    'draugišk\\p{L}* (?:aplinkai|gamtai|planetai)|(?:aplinkai|gamtai|planetai) draugišk|aplinkos neteršian|tausoj\\p{L}* (?:aplinką|gamtą|planetą)|(?:aplinką|gamtą|planetą) tausoj|ekologišk|ekologin|ekolog(?:ija|iją)',
  green:
    'žali\\p{L}* (?:pasirinkim|apsipirkim|pristatym|prek|pakuot|alternatyv|dovan|parduotuv|ateit)',
  sustainable:
    'tvar(?:us|i|ų|ūs|ios|aus|ią|iai|iems|ioms|iomis|iais|iu|iuose|umas|umo|umui|umą|esn\\p{L}*|iaus\\p{L}*)(?!\\p{L})|darn(?:us|i|ios|iai|aus|umas|umo)(?!\\p{L})',
  'climate-friendly': 'draugišk\\p{L}* klimatui|klimatui draugišk',
  'energy-efficient': 'energij\\p{L}* (?:taup|efektyv)|taup\\p{L}* energij|efektyv\\p{L}* energij',
  biodegradable: 'biologiškai (?:skaid|yran|suyran)|bioskaid|kompostuojam',
  biobased: 'biologin\\p{L}* (?:pagrind|kilm)|biopagrind',
  'climate-neutral':
    'neutral\\p{L}* (?:klimatui|klimato|anglies|co2)|(?:klimatui|klimato|anglies\\p{L}* dioksido|anglies|co2|poveikio klimatui) (?:požiūriu )?neutral|nulin\\p{L}* (?:emisij|tarš|išmet|co2|anglies)|be co2',
  'climate-positive': '(?:klimatui|anglies) (?:teigiam|neigiam|pozityv)',
  'climate-compensated':
    'kompensuo\\p{L}* (?:co2|anglies|emisij|išmet|tarš)|(?:co2|anglies|emisij|išmet)\\p{L}* kompens',
  'reduced-climate-impact':
    '(?:mažesn|sumažint|mažin)\\p{L}* (?:poveik\\p{L}* (?:klimatui|aplinkai)|co2|anglies (?:pėdsak|dioksid)|klimato)',
};

const ar: ClaimWords = {
  'eco-friendly':
    'صديق\\p{L}* (?:لل|ل)(?:بيئة|طبيعة|كوكب|أرض)|(?:تحافظ|يحافظ|حفاظا|حفاظًا) على (?:البيئة|الطبيعة|الكوكب)|رفيق\\p{L}* بالبيئة|غير ضار\\p{L}* بالبيئة|إيكولوجي|(?:منتج|خيار)\\p{L}* بيئي',
  green: '(?:خيار|منتج|تسوق|تغليف|شحن|توصيل|هدي)\\p{L}* (?:ال)?(?:أخضر|خضراء)',
  sustainable: 'مستدام|استدام',
  'climate-friendly': 'صديق\\p{L}* (?:لل|ل)مناخ',
  'energy-efficient': 'موفر\\p{L}* (?:لل|ل)طاقة|كفاءة (?:في )?(?:استخدام |استهلاك )?الطاقة',
  biodegradable: 'قابل\\p{L}* (?:لل|ل)(?:تحلل|تحلّل)|قابل\\p{L}* (?:لل|ل)تسميد',
  biobased: 'حيوي\\p{L}* المصدر|من مصدر حيوي',
  'climate-neutral':
    'محايد\\p{L}* (?:مناخي|كربوني|(?:لل|ل)(?:كربون|مناخ))|(?:ال)?حياد (?:ال)?(?:كربوني|مناخي)|خال\\p{L}* من (?:الكربون|الانبعاثات)|صافي (?:ال)?(?:صفر|صفري)|(?:صفر|صفرية|بدون|بلا) (?:ال)?انبعاثات|انبعاثات صفرية',
  'climate-positive': '(?:إيجابي|سلبي)\\p{L}* (?:ال)?(?:كربون|مناخ)',
  'climate-compensated': '(?:تعويض|نعوض|نعوّض|موازنة) (?:عن )?(?:ال)?(?:كربون|انبعاثات)',
  'reduced-climate-impact':
    '(?:بصمة|انبعاثات) (?:ال)?كربوني\\p{L}* (?:أقل|منخفض|مخفض)|(?:أثر|تأثير) (?:مناخي|بيئي) (?:أقل|منخفض)',
};

const hu: ClaimWords = {
  'eco-friendly':
    'környezet(?:barát|kímélő|tudatos)|természetbarát|bolygóbarát|öko(?:barát|tudatos|logikus)|ökológiai(?:lag)? (?:barát|tiszta|tudatos)|kíméli a (?:környezetet|természetet)',
  green:
    'zöld(?:ebb)? (?:választás|termék|vásárlás|szállítás|kiszállítás|csomagolás|megoldás|jövő|ajándék)|vásárolj(?:on)? zölden',
  sustainable: 'fenntartható|felelős(?:en)? (?:készült|választás)|tudatos (?:választás|kollekció)',
  'climate-friendly': '(?:klíma|éghajlat)barát|(?:karbon|szén-dioxid-)barát',
  'energy-efficient': 'energia(?:takarékos|hatékony)',
  biodegradable: 'biológiailag lebom|lebomló|biolebom|komposztálható',
  biobased: 'bio(?:lógiai )?alapú',
  'climate-neutral':
    '(?:klíma|karbon|szén-?dioxid-?|co2-?|széndioxid-)semleges|nettó (?:nulla|zéró)|(?:nulla|zéró) (?:kibocsátás|emisszió|karbon)|kibocsátásmentes|karbonmentes',
  'climate-positive': '(?:klíma|karbon)(?:pozitív|negatív)',
  'climate-compensated':
    '(?:karbon|klíma|kibocsátás|szén-dioxid|co2)[\\p{L}-]*(?: |-)?(?:kompenz|ellentételez|ellensúlyoz)\\p{L}*|(?:kompenz|ellentételez|ellensúlyoz)\\p{L}* (?:a |az )?(?:karbon|kibocsátás|szén-dioxid|co2)',
  'reduced-climate-impact':
    '(?:kisebb|csökkentett|alacsony|alacsonyabb) (?:karbon|ökológiai |szén-dioxid|co2|klíma|éghajlati |környezeti )[\\p{L}-]*(?:lábnyom|hatás|kibocsátás|terhelés)',
};

const hy: ClaimWords = {
  'eco-friendly':
    'էկո(?:լոգիապես|լոգիական|մաքուր|-?բարեկամ)|(?:շրջակա միջավայրի|բնության|մոլորակի)(?:ն| համար)? (?:բարեկամ|անվտանգ|անվնաս)|բնապահպան',
  green: 'կանաչ (?:ընտրութ|ապրանք|առաքում|գնում|փաթեթ|նվեր|ապագա)',
  sustainable: 'կայուն (?:ընտրութ|արտադր|ապրանք|փաթեթ|նորաձ|սպառ|զարգաց)|կայունություն',
  'climate-friendly': 'կլիմայի(?:ն| համար)? (?:բարեկամ|անվնաս)',
  'energy-efficient': 'էներգա(?:խնայ|արդյունավետ)',
  biodegradable: 'կենսա(?:քայքայ|տարրալուծ)|բիոքայքայ',
  biobased: 'կենսահիմք|կենսաբանական ծագում',
  'climate-neutral':
    'կլիմա(?:յապես|յի առումով|յի)? ?չեզոք|ածխածն(?:ային|ապես|ային առումով|ա)? ?-?չեզոք|co2-?(?: )?չեզոք|զրոյական (?:արտանետ|ածխ)|առանց (?:ածխածնի|արտանետ)',
  'climate-positive': '(?:կլիմա|ածխածն)\\p{L}* (?:դրական|բացասական)',
  'climate-compensated':
    '(?:ածխ|արտանետ|co2)\\p{L}* (?:փոխհատուց|կոմպենս)|(?:փոխհատուց|կոմպենս)\\p{L}* (?:ածխ|արտանետ|co2)',
  'reduced-climate-impact':
    '(?:նվազ|ցածր|փոքր|պակաս)\\p{L}* (?:ածխածնային|կլիմայական|բնապահպանական) (?:հետք|ազդեց|արտանետ)',
};

const LISTS: Readonly<Record<string, ClaimWords>> = { en, lt, ar, hu, hy };

/** Languages whose claims are known; words in others are not looked at, and the check says so. */
export const CLAIM_LANGUAGES = Object.keys(LISTS);

/** Arabic puts articles and prepositions before the word without a space. */
const start = (language: string): string => (language === 'ar' ? '' : '(?<!\\p{L})');

const PATTERNS = new Map(
  Object.entries(LISTS).map(([language, words]) => [
    language,
    Object.entries(words).map(
      ([claim, pattern]) =>
        [claim as Claim, new RegExp(`${start(language)}(?:${pattern})\\p{L}*`, 'iu')] as const,
    ),
  ]),
);

type Said = { claim: Claim; said: string };

/** The same words stand in many mails, and most claim nothing. */
const READ_MAX = 10_000;
const read = new Map<string, readonly Said[]>();

/** What a text claims, in the words that it uses. `language` may have a region: `ar-EG`. */
export function claimsIn(text: string, language: string): readonly Said[] {
  const own = language.split('-')[0] ?? '';
  if (!/\p{L}/u.test(text)) return [];
  const key = `${own} ${text}`;
  const before = read.get(key);
  if (before) return before;
  const normal = text.normalize('NFC');
  const said = (PATTERNS.get(own) ?? []).flatMap(([claim, pattern]) => {
    const words = pattern.exec(normal)?.[0];
    return words === undefined ? [] : [{ claim, said: words }];
  });
  if (read.size >= READ_MAX) read.clear();
  read.set(key, said);
  return said;
}
