import { expect } from 'chai';
import { unmetNeeds } from './needs.ts';

const offer = {
  pods: ['orders', 'postgres', 'gateway'],
  services: ['orders'],
  databases: ['postgres'],
  links: ['web-to-db'],
  folder: import.meta.dirname,
  components: ['orders', 'orders-sidecar', 'postgres'],
  runtime: 'process',
} as const;

describe('what a fault needs of the stack', () => {
  it('is met', () => {
    expect(unmetNeeds('spike: fault', { pods: ['postgres'], abilities: [] }, offer)).to.deep.equal([]);
    expect(
      unmetNeeds('loss: fault', { pods: ['orders'], abilities: ['kill', 'pause'] }, offer),
    ).to.deep.equal([]);
    expect(
      unmetNeeds('dark: fault', { pods: [], components: ['orders-sidecar'], abilities: ['kill'] }, offer),
    ).to.deep.equal([]);
    const inContainers = { ...offer, runtime: 'docker' } as const;
    expect(
      unmetNeeds('cut: fault', { pods: ['orders'], abilities: ['disconnect'] }, inContainers),
    ).to.deep.equal([]);
  });

  it('is a service, where the fault stops it', () => {
    const needs = (pod: string) => ({ pods: [pod], services: [pod], abilities: ['kill'] as const });
    expect(unmetNeeds('loss: fault', needs('orders'), offer)).to.deep.equal([]);
    expect(unmetNeeds('loss: fault', needs('postgres'), offer)).to.have.length(1);
    expect(unmetNeeds('loss: fault', { ...needs('postgres'), orDatabase: true }, offer)).to.deep.equal([]);
    expect(unmetNeeds('loss: fault', needs('gateway'), offer)).to.deep.equal([
      {
        where: 'loss: fault',
        message: 'gateway is not an instance of a service',
        hint: 'instances are orders; kill-component and pause-component stop a part of the monitoring',
      },
    ]);
  });

  it('is a file that is there', () => {
    const needs = (...files: string[]) => ({ pods: [], files, abilities: [] });
    expect(unmetNeeds('swap: fault', needs('needs.ts'), offer)).to.deep.equal([]);
    expect(unmetNeeds('swap: fault', needs('needs.ts', 'no/such'), offer)).to.deep.equal([
      { where: 'swap: fault', message: `there is no file no/such in ${import.meta.dirname}` },
    ]);
  });

  it('is reported completely if it is missing', () => {
    const problems = unmetNeeds(
      'loss: fault',
      {
        pods: ['toxiproxy', 'storefront-2'],
        components: ['order-sidecar'],
        abilities: ['kill', 'disconnect'],
      },
      offer,
    );
    expect(problems.map(({ where }) => where)).to.deep.equal(Array(4).fill('loss: fault'));
    expect(problems.map(({ message }) => message)).to.deep.equal([
      'it needs toxiproxy, which is not part of the stack',
      'it needs storefront-2, which is not part of the stack',
      'it needs order-sidecar, which is not part of the stack',
      'it disconnects an instance from the network, which the runtime process cannot do',
    ]);
    expect(problems[0]?.hint).to.equal('known: orders, postgres, gateway');
    expect(problems[2]?.hint).to.equal(
      'did you mean orders-sidecar? known: orders-sidecar, orders, postgres',
    );
    expect(problems[3]?.hint).to.equal('use --runtime docker');
  });
});
