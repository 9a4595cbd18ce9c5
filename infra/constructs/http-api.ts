import { RemovalPolicy } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as apigw from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { StageScope } from '../stage-scope.ts';
import type { PerennialFunction } from './perennial-function.ts';

/** Ten times a busy shop's peak; above it callers get 429, and Segment's clients retry that. */
const REQUESTS_PER_SECOND = 200;
const BURST = 400;

/**
 * What an access log may say: no address of a caller, and the route instead of the path, since a path
 * can hold a customer's token.
 */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  route: '$context.routeKey',
  status: '$context.status',
  bytes: '$context.responseLength',
  milliseconds: '$context.responseLatency',
  error: '$context.integrationErrorMessage',
};

export type Route = {
  readonly path: string;
  readonly methods: readonly ('GET' | 'HEAD' | 'POST' | 'OPTIONS')[];
  readonly fn: PerennialFunction;
};

/** The one public door: events in, and the pages that mails link to. */
export class HttpApi extends Construct {
  readonly api: apigw.HttpApi;
  /** `https://host`, without a slash at the end. */
  readonly origin: string;
  /** What the host's CNAME must point at; only with a host of the shop's own. */
  readonly cnameTarget: string | undefined;

  constructor(
    scope: Construct,
    id: string,
    props: { readonly stage: StageScope; readonly routes: readonly Route[] },
  ) {
    super(scope, id);
    const { host, certificateArn } = props.stage.config.links;
    const domainName =
      host && certificateArn
        ? new apigw.DomainName(this, 'Domain', {
            domainName: host,
            certificate: acm.Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
            securityPolicy: apigw.SecurityPolicy.TLS_1_2,
          })
        : undefined;
    this.api = new apigw.HttpApi(this, 'Api', {
      apiName: `perennial-${props.stage.name}`,
      description: 'Perennial: events in, and the pages that mails link to',
      createDefaultStage: false,
      disableExecuteApiEndpoint: domainName !== undefined,
    });
    this.addStage(props.stage, domainName);
    for (const route of props.routes) this.addRoute(route);
    this.origin = domainName ? `https://${host}` : this.api.apiEndpoint;
    this.cnameTarget = domainName?.regionalDomainName;
  }

  private addStage(stage: StageScope, domainName: apigw.DomainName | undefined): void {
    const logGroup = new logs.LogGroup(this, 'AccessLog', {
      retention: stage.config.logRetentionDays as logs.RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const apiStage = new apigw.HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: REQUESTS_PER_SECOND, burstLimit: BURST },
      ...(domainName && { domainMapping: { domainName } }),
    });
    const cfnStage = apiStage.node.defaultChild as apigw.CfnStage;
    cfnStage.accessLogSettings = {
      destinationArn: logGroup.logGroupArn,
      format: JSON.stringify(ACCESS_LOG),
    };
    logGroup.grantWrite(new iam.ServicePrincipal('apigateway.amazonaws.com'));
  }

  private addRoute({ path, methods, fn }: Route): void {
    this.api.addRoutes({
      path,
      methods: methods.map((method) => apigw.HttpMethod[method]),
      integration: new HttpLambdaIntegration(`${fn.functionName}${path}`, fn.fn, {
        payloadFormatVersion: apigw.PayloadFormatVersion.VERSION_2_0,
      }),
    });
  }
}
