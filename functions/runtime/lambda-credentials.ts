/**
 * Stands for `@aws-sdk/credential-provider-node` in the bundles (see infra/bundle.ts). Lambda hands over the
 * role's credentials in the environment; the other ways (profiles, single sign-on, metadata services) are
 * 80 KB that no function can ever use.
 */
import { fromEnv } from '@aws-sdk/credential-provider-env';

export const defaultProvider = (): ReturnType<typeof fromEnv> => fromEnv();
