import { Stack } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';
import * as ses from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import { mailFromDomain, mailName } from '../stage-config.ts';
import type { StageScope } from '../stage-scope.ts';
import type { PerennialFunction } from './perennial-function.ts';

/**
 * SES tells these; opens and clicks only where the shop turns tracking on. Not `Send`: it says no more than
 * the answer to the call, and where that was lost, delivery, delay or bounce say it too. It would be half
 * of all SES events (docs/decisions/2026-11-22-ses-events.md).
 */
const SES_EVENTS = {
  BOUNCE: 'Email Bounced',
  COMPLAINT: 'Email Complaint Received',
  DELIVERY: 'Email Delivered',
  DELIVERY_DELAY: 'Email Delivery Delayed',
  REJECT: 'Email Rejected',
  RENDERING_FAILURE: 'Email Rendering Failed',
} as const;

/**
 * The shop's mail identity and everything that belongs to it. Its own configuration set (and tenant,
 * where it is on) keeps bounces and complaints of marketing apart from the shop's other mail.
 */
export class Mail extends Construct {
  readonly identity: ses.CfnEmailIdentity;
  readonly configurationSet: ses.CfnConfigurationSet;
  readonly tenant: ses.CfnTenant | undefined;
  private readonly stage: StageScope;

  constructor(scope: Construct, id: string, stage: StageScope) {
    super(scope, id);
    this.stage = stage;
    const { domain } = stage.config.mail;
    this.configurationSet = this.makeConfigurationSet(mailName(stage.name));
    this.identity = new ses.CfnEmailIdentity(this, 'Identity', {
      emailIdentity: domain,
      dkimAttributes: { signingEnabled: true },
      dkimSigningAttributes: { nextSigningKeyLength: 'RSA_2048_BIT' },
      mailFromAttributes: {
        mailFromDomain: mailFromDomain(domain),
        // While its DNS is missing mails still go, with Amazon's domain in the envelope.
        behaviorOnMxFailure: 'USE_DEFAULT_VALUE',
      },
      // Bounces come as events; copies by mail would hold addresses in a mailbox.
      feedbackAttributes: { emailForwardingEnabled: false },
    });
    this.tenant = stage.config.mail.tenant ? this.makeTenant() : undefined;
  }

  private makeConfigurationSet(name: string): ses.CfnConfigurationSet {
    const set = new ses.CfnConfigurationSet(this, 'ConfigurationSet', {
      name,
      deliveryOptions: { tlsPolicy: 'REQUIRE' },
      reputationOptions: { reputationMetricsEnabled: true },
      sendingOptions: { sendingEnabled: true },
      // A second net: an address that bounced or complained is not mailed even if our gate were lost.
      suppressionOptions: { suppressedReasons: ['BOUNCE', 'COMPLAINT'] },
    });
    new ses.CfnConfigurationSetEventDestination(this, 'ToDefaultBus', {
      configurationSetName: set.ref,
      eventDestination: {
        name: 'default-bus',
        enabled: true,
        matchingEventTypes: Object.keys(SES_EVENTS),
        // SES knows no other bus than the default one.
        eventBridgeDestination: {
          eventBusArn: Stack.of(this).formatArn({
            service: 'events',
            resource: 'event-bus',
            resourceName: 'default',
          }),
        },
      },
    });
    return set;
  }

  private makeTenant(): ses.CfnTenant {
    const tenant = new ses.CfnTenant(this, 'Tenant', {
      tenantName: mailName(this.stage.name),
      resourceAssociations: [
        { resourceArn: this.identityArn },
        { resourceArn: this.configurationSetArn },
      ],
    });
    tenant.addResourceDependency(this.identity);
    tenant.addResourceDependency(this.configurationSet);
    return tenant;
  }

  /** Events of our configuration set alone: the account's other mail is not ours to read. */
  get eventPattern(): events.EventPattern {
    return {
      source: ['aws.ses'],
      detailType: Object.values(SES_EVENTS),
      detail: {
        mail: { tags: { 'ses:configuration-set': [mailName(this.stage.name)] } },
      },
    };
  }

  /** The function may send, from the one sender address, through our configuration set. */
  grantSend(fn: PerennialFunction): void {
    const { sendRate, dailyCeilingStart, allowList } = this.stage.config.mail;
    const { from } = this.stage.config.settings.sender;
    fn.allow(['ses:SendEmail'], [this.identityArn, this.configurationSetArn, ...this.tenantArns], {
      StringEquals: { 'ses:FromAddress': from },
    });
    fn.set('configurationSet', this.configurationSet.ref);
    if (this.tenant) fn.set('sesTenant', this.tenant.tenantName);
    fn.set('sendRate', String(sendRate));
    fn.set('dailyCeilingStart', String(dailyCeilingStart));
    fn.set('allowList', allowList.join(','));
  }

  private get identityArn(): string {
    return this.arn('identity', this.stage.config.mail.domain);
  }

  private get configurationSetArn(): string {
    return this.arn('configuration-set', mailName(this.stage.name));
  }

  private get tenantArns(): string[] {
    return this.tenant ? [this.tenant.attrArn] : [];
  }

  private arn(resource: string, resourceName: string): string {
    return Stack.of(this).formatArn({ service: 'ses', resource, resourceName });
  }
}
