/**
 * A ledger row and its customer -> the finished mail. The only reads are the log's row, the release, of a mail
 * about a product its row of the catalogue, and where a marketing mail shows recommendations theirs.
 */
import type { CatalogueProduct } from '../contract/catalogue.ts';
import type { CustomerEvent } from '../contract/events.ts';
import type { Policy } from '../contract/journeys.ts';
import type { Key } from '../contract/keys.ts';
import type { Message } from '../contract/messages.ts';
import type { CompiledTemplate } from '../contract/release.ts';
import type { Settings } from '../contract/settings.ts';
import { ROUTES } from '../contract/routes.ts';
import { type Secrets, signToken, type TokenPurpose } from '../contract/tokens.ts';
import { DAY_MS } from '../contract/time.ts';
import { couponTerms, issueCoupon } from '../domain/coupons.ts';
import { type Customer, profileOf } from '../domain/customer.ts';
import type { Catalogue } from './catalogue.ts';
import type { Composed, DeliverDeps } from './deliver.ts';
import type { Mail } from './mail.ts';
import { mailFormat, mailVariables } from './mail-variables.ts';
import type { TablesReader } from './models.ts';
import { type Recommended, recommendedFor } from './recommendations.ts';
import { render } from './render.ts';

export type ComposeDeps = {
  templates: { find(id: string, release: string): Promise<CompiledTemplate | undefined> };
  log: { read(key: Key): Promise<CustomerEvent | undefined> };
  catalogue: Pick<Catalogue, 'find'>;
  /** Without them, mails have no recommendations. */
  tables?: TablesReader;
  count?(name: string): void;
  /** https origin of all links, no trailing slash. */
  linkOrigin: string;
  secrets: Secrets;
};

/**
 * An answer about an order of last year helps nobody, and preferences can open what was closed; leaving has no
 * such limit.
 */
const PAGE_LINK_MS = 90 * DAY_MS;

/** Personal data are read here, at the last moment, and stay in the mail. */
export const composerOf = (deps: ComposeDeps): DeliverDeps['composer'] => ({
  compose: (message, customer, policy) => compose(deps, message, customer, policy),
});

async function compose(
  deps: ComposeDeps,
  message: Message,
  customer: Customer,
  policy: Policy,
): Promise<Composed> {
  const { settings, models } = policy;
  const to = profileOf(customer).email;
  if (!to) return { failed: 'no-address' };
  const template = await deps.templates.find(message.template, message.release);
  if (!template) return { failed: `template-gone: ${message.template}` };
  const { key } = message.subject;
  const [event, product, recommended] = await Promise.all([
    key && deps.log.read(key),
    productOf(deps.catalogue, message),
    recommendedOf(deps, { message, template, customer, settings }),
  ]);
  // Only what the feed has told of can be gone from it: a shop without a feed sends as before.
  if (product && !product.available) {
    return { suppressed: { code: 'product-gone', product: product.id } };
  }
  const unsubscribe = linkOf(deps, message, 'unsubscribe');
  const format = mailFormat(customer, settings);
  const terms = couponTerms(policy, message);
  const coupon = terms && issueCoupon(message, terms, { ...format, secrets: deps.secrets });
  const variables = mailVariables({
    customer,
    message,
    ...(event && { event }),
    ...(product && { product }),
    recommended,
    ...(coupon && { coupon }),
    settings,
    ...(models && { models }),
    links: {
      unsubscribe,
      survey: linkOf(deps, message, 'survey'),
      preferences: linkOf(deps, message, 'preferences'),
    },
  });
  const rendered = render(template, variables, format);
  if (!('html' in rendered)) return rendered;
  const { subject, html, text, words } = rendered;
  return {
    words,
    ...(coupon && { coupon }),
    mail: {
      to,
      ...senderOf(template, settings),
      subject,
      html,
      text,
      ...(message.purpose === 'marketing' && { unsubscribeUrl: unsubscribe }),
    },
  };
}

/** The mail's own sender, where it has one. */
const senderOf = (
  { from, replyTo }: CompiledTemplate,
  { sender }: Settings,
): Pick<Mail, 'from' | 'replyTo'> => ({
  from: { name: from?.name ?? sender.fromName, address: from?.address ?? sender.from },
  replyTo: replyTo ?? sender.replyTo,
});

/** Of a mail about one product: what the shop's feed says of it now. */
async function productOf(
  catalogue: ComposeDeps['catalogue'],
  { subject: { kind, id } }: Message,
): Promise<CatalogueProduct | undefined> {
  if (kind !== 'product' && kind !== 'view') return undefined;
  return (await catalogue.find([id])).get(id);
}

type Wanted = {
  message: Message;
  template: CompiledTemplate;
  customer: Customer;
  settings: Settings;
};

/**
 * Nothing for a transactional mail, whatever its template asks for: it would be advertising. A mail is worth
 * more than its recommendations: what cannot be read is left out (counter `RecommendationsNotRead`).
 */
async function recommendedOf(
  { tables, catalogue, count }: ComposeDeps,
  { message, template, customer, settings }: Wanted,
): Promise<Recommended[]> {
  if (message.purpose !== 'marketing' || !tables) return [];
  if (!`${template.html.ltr}${template.text}`.includes('recommendations')) return [];
  try {
    return await recommendedFor({ tables, catalogue }, message, customer, settings.recommend);
  } catch {
    count?.('RecommendationsNotRead');
    return [];
  }
}

/** The unsubscribe link never expires: who keeps a mail for years may still leave. */
function linkOf(
  { linkOrigin, secrets }: ComposeDeps,
  { id, customerId, topic, plannedAt }: Message,
  purpose: TokenPurpose & keyof typeof ROUTES,
): string {
  const expiresAt = purpose === 'unsubscribe' ? undefined : plannedAt + PAGE_LINK_MS;
  const token = signToken(
    {
      purpose,
      customerId,
      messageId: id,
      topic,
      ...(expiresAt !== undefined && { expiresAt }),
    },
    secrets,
  );
  return `${linkOrigin}${ROUTES[purpose].replace('{token}', token)}`;
}
