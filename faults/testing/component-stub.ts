import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import type { FaultContext, PreparedFault } from '../fault.ts';
import { type FaultParams, scenarioWith } from './scenario.ts';

/** A server that stands for every component of a stack, and keeps what it was asked. */
export interface ComponentStub {
  readonly context: FaultContext;
  /** `<method> /<pod>:<port><path> <body>` of each request, and what was asked of the harness. */
  readonly asked: string[];
  /** The status that it answers. */
  status: number;
}

/** Opens one for the tests of a suite; each test begins with status 200 and an empty list. */
export function componentStub(): ComponentStub {
  let port = 0;
  const asked: string[] = [];
  const stub: ComponentStub = {
    asked,
    status: 200,
    context: {
      secret: 's3cret',
      seed: 7,
      url: (pod, wanted) => `http://127.0.0.1:${port}/${pod}:${wanted}`,
      signal: new AbortController().signal,
      multiplyLoad: async (factor) => void asked.push(`load ${factor}`),
      run: async (command) => void asked.push(command.join(' ')),
    },
  };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += String(part);
    });
    request.on('end', () => {
      asked.push(`${request.method} ${request.url} ${body}`);
      response.writeHead(stub.status).end('{"error":"so it is"}');
    });
  });
  before(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    ({ port } = server.address() as AddressInfo);
  });
  beforeEach(() => {
    stub.status = 200;
    asked.length = 0;
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  return stub;
}

/** A fault, its one request to inject it, and its one request to revert it. */
export type FaultRequests = [kind: string, params: FaultParams, inject: string, revert: string];

/** Tests of these faults: what they ask for, and that a refusal is told. */
export function itAsksFor(
  faults: readonly FaultRequests[],
  stub: ComponentStub,
  prepare: (scenario: ReturnType<typeof scenarioWith>) => PreparedFault,
): void {
  for (const [kind, params, inject, revert] of faults) {
    it(`are for ${kind} with ${JSON.stringify(params)}: one to inject, one to revert`, async () => {
      const fault = prepare(scenarioWith(kind, params));
      await fault.inject(stub.context);
      await fault.revert(stub.context);
      expect(stub.asked).to.deep.equal([inject, revert]);
    });

    it(`are not taken for ${kind} with ${JSON.stringify(params)} when they were refused`, async () => {
      stub.status = 503;
      const [error] = await Promise.allSettled([prepare(scenarioWith(kind, params)).inject(stub.context)]);
      expect(error.status === 'rejected' && String(error.reason.message))
        .to.include('fault: ')
        .and.include('answered 503 {"error":"so it is"}');
    });
  }
}
