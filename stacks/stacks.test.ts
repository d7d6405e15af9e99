import { expect } from 'chai';
import { topologies } from '../core/scenario.ts';
import type { StackSpec } from './component.ts';
import { prometheusFlags } from './components/prometheus.ts';
import { binariesOf, stackOf } from './stacks.ts';

const full = (topology: StackSpec['topology']) => stackOf('full', topology, prometheusFlags);
const metrics = stackOf('metrics', 'sidecar', prometheusFlags);
const named = ({ components }: StackSpec, name: string) => components.find((one) => one.name === name);
const names = ({ components }: StackSpec) => components.map(({ name }) => name);

describe('stackOf', () => {
  for (const stack of [metrics, ...topologies.map(full)]) {
    describe(`${stack.name}, ${stack.topology}`, () => {
      it('names each component once, and shares no port within a pod', () => {
        expect(names(stack)).to.deep.equal([...new Set(names(stack))]);
        const ports = stack.components.flatMap(({ pod, ports }) => ports.map((port) => `${pod}:${port}`));
        expect(ports).to.deep.equal([...new Set(ports)]);
      });

      it('depends only on its own components, and each is ready on one of its ports', () => {
        for (const { name, after, ready, ports } of stack.components) {
          expect(names(stack), name).to.include.members([...after]);
          expect(ports, name).to.include(ready.port);
        }
      });
    });
  }

  it('metrics: one storefront, its own database connection and no more than metrics', () => {
    expect(metrics.config).to.deep.equal(['config']);
    expect(names(metrics)).to.have.members([
      'postgres',
      'orders-sidecar',
      'storefront-sidecar',
      'prometheus',
      'alertmanager',
      'payment-provider',
      'orders',
      'storefront',
    ]);
    expect(named(metrics, 'orders')?.env.DATABASE_URL).to.include('@postgres:5432/');
    expect(() => stackOf('metrics', 'direct', prometheusFlags)).to.throw('no topology direct');
  });

  it('has the configuration of an addition after its own', () => {
    const withSlos = stackOf('metrics', 'sidecar', prometheusFlags, ['slo']);
    expect(withSlos).to.deep.equal({ ...metrics, config: ['config', 'config-slo'] });
  });

  it('has the components of an addition in the place of those with the same name', () => {
    const deployed = stackOf('metrics', 'sidecar', prometheusFlags, ['deployments']);
    const added = ['payments-sidecar', 'payments', 'deployments', 'rollback'];
    expect(names(deployed)).to.have.members([...names(metrics), ...added]);
    expect(named(deployed, 'orders')?.env.PAYMENT_PROVIDER_URL).to.equal('http://payments:3003');
    expect(named(metrics, 'orders')?.env.PAYMENT_PROVIDER_URL).to.equal('http://payment-provider:3002');
  });

  it('takes samples only where they are to be written', () => {
    const argsOf = (receivesWrites?: boolean) =>
      named(
        stackOf('metrics', 'sidecar', {
          ...prometheusFlags,
          ...(receivesWrites === undefined ? {} : { receivesWrites }),
        }),
        'prometheus',
      )?.args;
    const receiver = '--web.enable-remote-write-receiver';
    expect(argsOf(true)).to.include(receiver);
    for (const without of [argsOf(), argsOf(false)])
      expect(without).to.be.an('array').that.does.not.include(receiver);
  });

  it('full: two storefronts that tell themselves apart, and a database that can be slowed', () => {
    for (const stack of topologies.map(full)) {
      expect(named(stack, 'storefront')?.env).to.deep.include({
        OTEL_SERVICE_NAME: 'storefront',
        OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=storefront-1',
        ORDERS_URL: 'http://orders:3001',
      });
      expect(named(stack, 'storefront-2')?.env).to.deep.include({
        OTEL_SERVICE_NAME: 'storefront',
        OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=storefront-2',
        ORDERS_URL: 'http://orders:3001',
      });
      expect(named(stack, 'orders')?.env.DATABASE_URL).to.include('@toxiproxy:5432/');
    }
  });

  it('full, sidecar: a Collector beside each instrumented instance, and a gateway for traces alone', () => {
    const stack = full('sidecar');
    expect(stack.config).to.deep.equal(['config', 'config-full']);
    for (const pod of ['orders', 'storefront', 'storefront-2']) {
      expect(named(stack, `${pod}-sidecar`)?.pod).to.equal(pod);
    }
    expect(named(stack, 'gateway')?.ports).to.deep.equal([4317, 13133]);
  });

  it('full, direct: one Collector for all', () => {
    const stack = full('direct');
    expect(stack.config).to.deep.equal(['config', 'config-full', 'config-direct']);
    expect(names(stack).filter((name) => name.endsWith('-sidecar'))).to.deep.equal([]);
    expect(named(stack, 'gateway')?.ports).to.deep.equal([4317, 4318, 8889, 13133]);
  });

  it('full: what sends telemetry starts after what takes it, and so stops before', () => {
    for (const stack of topologies.map(full)) {
      const order = names(stack);
      const sender = order.indexOf('gateway');
      expect(order.indexOf('loki')).to.be.lessThan(sender);
      expect(order.indexOf('tempo')).to.be.lessThan(sender);
      for (const name of order.filter((one) => one.endsWith('-sidecar') || one.startsWith('storefront'))) {
        expect(order.indexOf(name), name).to.be.greaterThan(sender);
      }
    }
  });
});

describe('binariesOf', () => {
  it('is what the components are, and what their configuration is checked with, each once', () => {
    expect(binariesOf(metrics)).to.have.members([
      'otelcol',
      'prometheus',
      'promtool',
      'alertmanager',
      'amtool',
    ]);
    for (const stack of topologies.map(full)) {
      expect(binariesOf(stack)).to.have.members([
        ...binariesOf(metrics),
        'toxiproxy-server',
        'loki',
        'tempo',
        'grafana',
      ]);
    }
  });
});
