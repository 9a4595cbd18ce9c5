/** Findings of cdk-nag that stand, each with the argument why. Nothing is acknowledged without one. */
import { CfnResource, type Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

type Acknowledgement = {
  /** As the finding names itself: `<pack>::<rule>`, with the detail in brackets for IAM5. */
  readonly id: string;
  readonly reason: string;
  /** Which resources it stands for; anything else that breaks the rule is still reported. */
  readonly stands: (resource: CfnResource) => boolean;
};

const isType = (type: string) => (resource: CfnResource) => resource.cfnResourceType === type;
const within = (type: string, part: string) => (resource: CfnResource) =>
  resource.cfnResourceType === type && resource.node.path.includes(part);

const ACKNOWLEDGEMENTS: readonly Acknowledgement[] = [
  {
    id: 'AwsSolutions::AwsSolutions-APIG4',
    reason:
      'Senders authenticate with write keys that the handler checks (Segment clients know no other ' +
      'way), mail readers with signed tokens in the path: a mail client can hold no other credential.',
    stands: isType('AWS::ApiGatewayV2::Route'),
  },
  {
    id: 'AwsSolutions::AwsSolutions-SQS3',
    reason: 'It is a dead-letter queue itself: the on-failure destination of the table streams.',
    stands: within('AWS::SQS::Queue', 'PublishDeadLetters'),
  },
  {
    id: 'Serverless::Serverless-SQSRedrivePolicy',
    reason: 'It is a dead-letter queue itself; sweep takes from it, and an alarm watches it.',
    stands: within('AWS::SQS::Queue', 'DeadLetters'),
  },
  {
    id: 'Serverless::Serverless-LambdaDLQ',
    reason:
      'A dead-letter target only concerns asynchronous calls. Queues and streams call in step and ' +
      'have dead letters of their own; a lost tick is made good by the next.',
    stands: isType('AWS::Lambda::Function'),
  },
  {
    id: 'Serverless::Serverless-LambdaAsyncFailureDestination',
    reason: 'Only the clock ticks are asynchronous: the next tick does the work of a lost one.',
    stands: isType('AWS::Lambda::EventInvokeConfig'),
  },
  {
    id: 'Serverless::Serverless-EventBusDLQ',
    reason:
      'A tick carries nothing: the next one does its work, and an alarm hears sweep fall silent.',
    stands: (resource) =>
      isType('AWS::Events::Rule')(resource) && resource.node.path.includes('Tick'),
  },
  {
    id: 'Serverless::Serverless-LambdaEventSourceMappingDestination',
    reason:
      'The source is a queue: its redrive policy keeps what failed. Streams have a destination.',
    stands: within('AWS::Lambda::EventSourceMapping', 'SqsEventSource'),
  },
  {
    id: 'Serverless::Serverless-SNSRedrivePolicy',
    reason:
      'Alarms go to one mailbox; an alarm that stays on is seen in the console and by doctor.',
    stands: within('AWS::SNS::Subscription', 'Alarms'),
  },
  {
    id: 'Serverless::Serverless-LambdaTracing',
    reason:
      'X-Ray costs 68 ms of each cold start and 5 USD per million traces; event, message and ' +
      'operation ids in ledger rows, reasons and logs follow a mail through every hop.',
    stands: isType('AWS::Lambda::Function'),
  },
];

/** Acknowledges on exactly the resources for which the argument holds. */
export function acknowledgeAll(stacks: readonly Stack[]): void {
  const resources = stacks.flatMap((stack) => stack.node.findAll()).filter(isResource);
  for (const { id, reason, stands } of ACKNOWLEDGEMENTS) {
    for (const resource of resources.filter(stands)) {
      Validations.of(resource).acknowledge({ id, reason });
    }
  }
}

const isResource = (node: IConstruct): node is CfnResource => CfnResource.isCfnResource(node);
