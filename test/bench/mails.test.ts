import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMPARED, holdTogether, waysOf } from '../../cli/bench/mails.ts';
import { sameMail } from '../../cli/bench/mails/same-mail.ts';
import { shownOf } from '../../cli/bench/mails/shown.ts';
import {
  type DeliverBundle,
  deliverBundle,
  type MailBudgets,
  mailSizes,
  mailsExceeded,
  readMailBudgets,
} from '../../cli/bench/mails/sizes.ts';
import { buildRelease, TEMPLATES_DIR } from '../../infra/build-release.ts';
import { stages } from '../../infra/config.ts';
import { checkStage } from '../../infra/stage-config.ts';
import { readTemplates } from '../../infra/templates/files.ts';

const dir = mkdtempSync(join(tmpdir(), 'perennial-mails-'));
afterAll(() => rmSync(dir, { recursive: true }));

describe('what mails weigh', () => {
  let bundle: DeliverBundle;
  let sizes: MailBudgets;
  beforeAll(async () => {
    const { settings } = checkStage('dev', stages.dev);
    const files = readTemplates(TEMPLATES_DIR);
    bundle = await deliverBundle(settings, dir);
    const mails = mailSizes(await buildRelease(settings, { files }), files, settings);
    sizes = { deliverBundle: bundle.bytes, mails };
  });

  it('stays within its budget; `npm run bench -- --only mails --write` sets what is meant to grow', () => {
    expect(mailsExceeded(sizes, readMailBudgets())).toEqual([]);
  });

  it('is known for every mail that ships', () => {
    expect(Object.keys(sizes.mails).length).toBeGreaterThanOrEqual(13);
    for (const { html, text } of Object.values(sizes.mails)) {
      expect(html).toBeGreaterThan(5_000);
      expect(text).toBeGreaterThan(200);
    }
  });

  it('is told when it grows', () => {
    const budgets = readMailBudgets();
    const [id = ''] = Object.keys(sizes.mails);
    const tight = { deliverBundle: 1, mails: { ...budgets.mails, [id]: { html: 1, text: 1 } } };
    expect(mailsExceeded(sizes, tight)).toHaveLength(3);
    expect(mailsExceeded(sizes, { ...budgets, mails: {} })).toContain(
      `${id}, HTML: has no budget in test/bench/mail-budgets.json`,
    );
  });

  it('is nothing of MJML where mails are sent', () => {
    expect(bundle.mjml).toEqual([]);
    expect(bundle.owners.map(([owner]) => owner)).toContain('liquidjs');
  });
});

describe('the ways that are compared', () => {
  it.each(COMPARED)('show the same mail in %s', async (locale) => {
    const mail = await sameMail(locale);
    const ways = await waysOf(mail);
    expect(ways).toHaveLength(4);
    await holdTogether(mail, ways);
    const { text, links, pictures } = shownOf((await ways[0]?.html(mail.variables)) ?? '');
    expect(text).toContain('Amberring"Baltic');
    // Lithuanian would have to decline the name, and greets without it.
    expect(text.includes('Rūta<3')).toBe(locale !== 'lt');
    expect(links).toHaveLength(4);
    expect(pictures).toHaveLength(3);
  });

  it('are told apart when one of them leaves something out', async () => {
    const mail = await sameMail('en');
    const [ours, other] = await waysOf(mail);
    if (!ours || !other) throw new Error('no ways');
    const less = { ...other, html: async () => '<p>Hello</p>' };
    await expect(holdTogether(mail, [ours, less])).rejects.toThrow('shows another mail');
  });
});
