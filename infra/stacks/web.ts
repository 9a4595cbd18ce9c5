import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ROUTES } from '../../functions/contract/routes.ts';
import { HttpApi, type Route } from '../constructs/http-api.ts';
import { PerennialFunction } from '../constructs/perennial-function.ts';
import { StageSecret } from '../constructs/stage-secret.ts';
import { grantWebhookSecrets } from '../constructs/webhook-secrets.ts';
import type { StageScope } from '../stage-scope.ts';
import type { DataStack } from './data.ts';

/** What the internet reaches: the way in for events, and the pages behind the links of mails. */
export class WebStack extends Stack {
  readonly ingest: PerennialFunction;
  readonly hooks: PerennialFunction;
  readonly pages: PerennialFunction;
  readonly api: HttpApi;

  constructor(
    scope: Construct,
    id: string,
    props: StackProps & { readonly stage: StageScope; readonly data: DataStack },
  ) {
    super(scope, id, props);
    const { stage, data } = props;
    const secret = new StageSecret(this, 'Secret', stage);

    this.ingest = new PerennialFunction(this, 'Ingest', {
      stage,
      name: 'ingest',
      description: 'HTTP -> event log: checks, stamps, stores once',
      // A batch of 500 KB is parsed on a CPU that grows with memory; 512 MB keeps it below 100 ms.
      memoryMb: 512,
      // Just below the API's own 30 s: a withdrawal may wait 25 for a mail that is being sent.
      timeoutSeconds: 29,
    });
    data.log.grantAppend(this.ingest);
    // Events that narrow permission close the gate in the same transaction; refused events are kept.
    data.state.grant(this.ingest, ['read', 'put']);
    // What each write key sent on the day, for its limit.
    data.state.grantControlCount(this.ingest);
    secret.grant(this.ingest);
    this.ingest.set('currency', stage.config.settings.shop.currency);

    this.hooks = new PerennialFunction(this, 'Hooks', {
      stage,
      name: 'hooks',
      description: 'HTTP: webhooks of shops and payment services -> event log',
      // As ingest, for orders of some hundred KB, and for who withdraws.
      memoryMb: 512,
      timeoutSeconds: 29,
    });
    data.log.grantAppend(this.hooks);
    data.state.grant(this.hooks, ['read', 'put']);
    grantWebhookSecrets(this.hooks, stage);
    this.hooks.set('currency', stage.config.settings.shop.currency);

    this.pages = new PerennialFunction(this, 'Pages', {
      stage,
      name: 'pages',
      description: 'HTTP: unsubscribe, survey, preferences',
      memoryMb: 512,
      // As ingest: who leaves is answered when nothing can go any more.
      timeoutSeconds: 29,
    });
    data.log.grantAppend(this.pages);
    data.state.grant(this.pages, ['read', 'put']);
    secret.grant(this.pages);

    this.api = new HttpApi(this, 'Http', { stage, routes: this.routes() });
    new CfnOutput(this, 'Origin', { value: this.api.origin });
    if (this.api.cnameTarget) new CfnOutput(this, 'CnameTarget', { value: this.api.cnameTarget });
  }

  private routes(): Route[] {
    const { ingest, hooks, pages } = this;
    return [
      // One route for all calls. OPTIONS: browsers ask before they send an event to another host.
      { path: ROUTES.calls, methods: ['POST', 'OPTIONS'], fn: ingest },
      ...[ROUTES.shopify, ROUTES.woocommerce, ROUTES.stripe].map((path) => ({
        path,
        methods: ['POST'] as const,
        fn: hooks,
      })),
      // Link scanners send HEAD and GET; only POST changes anything.
      ...[ROUTES.unsubscribe, ROUTES.survey, ROUTES.preferences].map((path) => ({
        path,
        methods: ['GET', 'HEAD', 'POST'] as const,
        fn: pages,
      })),
    ];
  }
}
