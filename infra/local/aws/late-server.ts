/** The AWS endpoints' server, listening before there is anything to serve. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AwsServerDeps, awsServer } from './server.ts';

/** Connections of the functions' SDKs stay open between their calls. */
const KEEP_ALIVE_MS = 60_000;

/** Queue addresses hold the port, so the server listens before the templates are read. */
export function lateServer() {
  let deps: AwsServerDeps | undefined;
  let server: Server | undefined;
  return {
    listen: () =>
      new Promise<string>((resolve, reject) => {
        const proxy: AwsServerDeps = {
          get apis() {
            return need(deps).apis;
          },
          get principals() {
            return need(deps).principals;
          },
          get roles() {
            return need(deps).roles;
          },
          refused: (line) => need(deps).refused(line),
        };
        const listening = awsServer(proxy);
        server = listening;
        listening.keepAliveTimeout = KEEP_ALIVE_MS;
        listening.on('error', reject);
        listening.listen(0, '127.0.0.1', () => {
          resolve(`http://127.0.0.1:${(listening.address() as AddressInfo).port}`);
        });
      }),
    serve: (ready: AwsServerDeps) => {
      deps = ready;
    },
    close: () => {
      server?.closeAllConnections();
      server?.close();
    },
  };
}

function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('not ready yet');
  return value;
}
