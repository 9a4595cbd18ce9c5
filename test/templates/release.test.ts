/** A release from the files that ship, and from files that cannot work. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Journey } from '../../functions/contract/journeys.ts';
import { journeyJsonSchema } from '../../functions/domain/journeys/shape.ts';
import { pathsOf } from '../../functions/domain/journeys/conditions.ts';
import { buildRelease, ReleaseRefused, TEMPLATES_DIR } from '../../infra/build-release.ts';
import { JOURNEY_SCHEMA_FILE } from '../../infra/write-journey-schema.ts';
import { SETTINGS } from './samples.ts';

const JOURNEYS = [
  'abandoned-cart',
  'feedback',
  'feedback-reply',
  'post-purchase',
  'reorder',
  'win-back',
];

describe('the release of the files that ship', () => {
  it('has six journeys, their mails, and the same id every time, in under ten seconds', async () => {
    const from = performance.now();
    const first = await buildRelease(SETTINGS);
    expect(performance.now() - from).toBeLessThan(10_000);
    expect(first.policy.journeys.map(({ id }) => id)).toEqual(JOURNEYS);
    expect(Object.keys(first.templates)).toHaveLength(13);
    expect(await buildRelease(SETTINGS)).toEqual(first);
    const other = { ...SETTINGS, goLiveAt: '2026-01-01T00:00:00.000Z' };
    expect((await buildRelease(other)).policy.release).toBe(first.policy.release);
    const holdout = { ...SETTINGS.holdout, journey: 0.2 };
    const measured = await buildRelease({ ...SETTINGS, holdout });
    expect(measured.policy.release).not.toBe(first.policy.release);
  });

  it('sends every mail from some step', async () => {
    const { policy, templates } = await buildRelease(SETTINGS);
    const used = policy.journeys.flatMap(({ steps }) =>
      steps.flatMap((step) => (step.kind === 'send' ? [step.template] : [])),
    );
    expect([...new Set(used)].sort()).toEqual(Object.keys(templates).sort());
  });

  it('invites everyone to review: no score, no condition and no holdout stands before it', async () => {
    const { policy } = await buildRelease(SETTINGS);
    const feedback = policy.journeys.find(({ id }) => id === 'feedback') as Journey;
    expect(feedback.measured).toBe(false);
    const invitation = feedback.steps.find(({ id }) => id === 'review-invitation');
    expect(invitation).not.toHaveProperty('when');
    expect(feedback.steps.map(({ kind }) => kind)).not.toContain('branch');
    const conditions = [
      feedback.condition,
      ...feedback.cancelOn.map((rule) => ('when' in rule ? rule.when : undefined)),
      ...feedback.steps.flatMap((step) => ('when' in step ? [step.when] : [])),
    ];
    const names = conditions.flatMap((when) => (when ? pathsOf(when) : [])).map((p) => p.join('.'));
    expect(names).toEqual(['run.feedback_given']);
  });

  it('holds out nobody from surveys and apologies, and a tenth of the rest', async () => {
    const { policy } = await buildRelease(SETTINGS);
    const shares = policy.journeys.map(({ id, measured, holdout }) => [id, measured, holdout]);
    expect(shares).toEqual([
      ['abandoned-cart', true, 0.1],
      ['feedback', false, 0],
      ['feedback-reply', false, 0],
      ['post-purchase', true, 0.1],
      ['reorder', true, 0.1],
      ['win-back', true, 0.1],
    ]);
  });
});

it('the published JSON Schema is the one that journeys are checked by', () => {
  expect(JSON.parse(readFileSync(JOURNEY_SCHEMA_FILE, 'utf8'))).toEqual(journeyJsonSchema());
  for (const id of JOURNEYS) {
    const [first] = readFileSync(join(TEMPLATES_DIR, id, 'journey.yaml'), 'utf8').split('\n');
    expect(first).toBe('# yaml-language-server: $schema=../journey.schema.json');
  }
});

describe('a release that cannot work is refused, by file and line', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'perennial-templates-'));
    cpSync(TEMPLATES_DIR, dir, { recursive: true });
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  async function problemsAfter(file: string, from: string | RegExp, to: string) {
    const path = join(dir, file);
    const text = readFileSync(path, 'utf8');
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    writeFileSync(path, changed);
    const refusal = await buildRelease(SETTINGS, { templatesDir: dir }).catch((error) => error);
    expect(refusal).toBeInstanceOf(ReleaseRefused);
    return (refusal as ReleaseRefused).problems;
  }

  const survey = 'feedback/survey.mjml';
  it.each([
    [
      'an unknown variable',
      survey,
      "{{ 'survey.one_question' | t }}",
      '{{ custmer.name }}',
      survey,
      10,
      'custmer',
    ],
    [
      "a cart's variable in a survey",
      survey,
      "{{ 'survey.one_question' | t }}",
      '{{ cart.url }}',
      survey,
      10,
      'cart.url',
    ],
    [
      'an unknown filter',
      survey,
      "{{ 'survey.one_question' | t }}",
      '{{ shop.name | shout }}',
      survey,
      10,
      'shout',
    ],
    [
      'Liquid that is not closed',
      survey,
      "{{ 'survey.one_question' | t }}",
      '{% if order.gift %}',
      survey,
      10,
      'if',
    ],
    [
      'Liquid over two lines',
      survey,
      "{{ 'survey.one_question' | t }}",
      '{{ shop.name:',
      survey,
      10,
      '',
    ],
    ['an unknown partial', survey, "'scale'", "'scales'", survey, 15, 'scales'],
    [
      'a partial within a line',
      survey,
      "{{ 'survey.one_question' | t }}",
      "x {% include 'scale' %}",
      survey,
      10,
      'include',
    ],
    ['an unknown component', survey, '<mj-column>', '<mj-colum>', survey, 6, 'mj-colum'],
    [
      'a link by http',
      survey,
      "{{ 'survey.one_question' | t }}",
      '<a href="http://x.lt">x</a>',
      survey,
      10,
      'http://x.lt',
    ],
    [
      'a relative link',
      survey,
      "{{ 'survey.one_question' | t }}",
      '<a href="/x">x</a>',
      survey,
      10,
      '/x',
    ],
    [
      'free text as address',
      survey,
      "{{ 'survey.one_question' | t }}",
      '<a href="{{ customer.first_name }}">x</a>',
      survey,
      10,
      'href',
    ],
    [
      'free text in an address',
      survey,
      "{{ 'survey.one_question' | t }}",
      '<a href="https://x.lt/?a={{ shop.name }}">x</a>',
      survey,
      10,
      'shop.name',
    ],
    [
      'a value in a style',
      survey,
      "{{ 'survey.one_question' | t }}",
      '<b style="color:{{ shop.name }}">x</b>',
      survey,
      10,
      'style',
    ],
    [
      'a value outside quotes',
      survey,
      "{{ 'survey.one_question' | t }}",
      '<b {{ shop.name }}>x</b>',
      survey,
      10,
      'outside quotes',
    ],
    [
      'a picture without alt',
      survey,
      "{{ 'survey.one_question' | t }}",
      '<img src="https://x.lt/a.png" width="9">',
      survey,
      10,
      'alt',
    ],
    [
      'an unknown colour of the brand',
      survey,
      "{{ 'survey.one_question' | t }}",
      '{{ brand.light.gold }}',
      survey,
      10,
      'brand.light.gold',
    ],
    ['a subject that is missing', survey, /subject: .*\n/, '', survey, 2, 'nothing'],
    ['an unknown key above the mail', survey, 'preheader:', 'prehead:', survey, 2, 'nothing'],
    [
      'a line without a name of ours',
      '_shared/order-lines.mjml',
      'line.url',
      'line.link',
      '_shared/order-lines.mjml',
      10,
      'line.link',
    ],
    [
      'a colour by name',
      '_shared/brand.yaml',
      "'#ffffff'",
      'white',
      '_shared/brand.yaml',
      30,
      'white',
    ],
    [
      'a text that is hard to read',
      '_shared/brand.yaml',
      "quiet: '#6a645c'",
      "quiet: '#a0a0a0'",
      '_shared/brand.yaml',
      32,
      'contrast of 2.6',
    ],
    [
      'a mail without a foot',
      '_shared/layout.mjml',
      /.*'footer'.*\n/,
      '',
      '_shared/layout.mjml',
      31,
      'marketing',
    ],
    [
      'a text without a way to leave',
      '_shared/layout.txt',
      /.*links.unsubscribe.*\n/,
      '',
      '_shared/layout.txt',
      12,
      'marketing',
    ],
    [
      'a journey that does not compile',
      'win-back/journey.yaml',
      'P14D',
      'P140D',
      'win-back/journey.yaml',
      23,
      '141',
    ],
    [
      'Liquid where MJML drops it',
      survey,
      '<mj-section>',
      '<mj-section>x{% if order.gift %}{% endif %}',
      survey,
      5,
      '{% if',
    ],
  ] as [string, string, string | RegExp, string, string, number, string][])(
    '%s',
    async (_, file, from, to, where, line, got) => {
      const [problem] = await problemsAfter(file, from, to);
      expect(problem?.got).toContain(got);
      expect(problem).toMatchObject({ file: where, line });
    },
  );

  it('a mail without a text part, and a folder without a journey', async () => {
    rmSync(join(dir, 'feedback/survey.txt'));
    const problems = await problemsAfter('reorder/nudge.txt', '- {{', '* {{');
    expect(problems).toEqual([
      {
        rule: 'front-matter',
        file: 'feedback/survey.txt',
        line: 1,
        got: 'no file',
        wanted: expect.anything(),
      },
    ]);
  });

  it('partials that include each other without end', async () => {
    const circle = "{% include 'closing' %}";
    const [problem] = await problemsAfter(
      '_shared/closing.mjml',
      '<mj-text>',
      `${circle}\n<mj-text>`,
    );
    expect(problem).toMatchObject({
      file: '_shared/closing.mjml',
      got: 'includes 5 deep',
      wanted: 'at most 4',
    });
  });

  it('says each problem on a line of its own', async () => {
    await problemsAfter(survey, "{{ 'survey.one_question' | t }}", '{{ custmer.name }}');
    await expect(buildRelease(SETTINGS, { templatesDir: dir })).rejects.toThrow(
      /cannot be published\.\nfeedback\/survey\.mjml:10: got the variable custmer\.name; wanted /,
    );
  });
});
