import { expect } from 'chai';
import { alertmanagerKinds, grafanaKinds, receiverKinds } from './receivers.ts';

describe('the kinds of receiver', () => {
  it('have distinct keys, types and hosts', () => {
    for (const names of [
      alertmanagerKinds.map(({ alertmanager }) => alertmanager.key),
      grafanaKinds.map(({ grafana }) => grafana.type),
      Object.values(receiverKinds).flatMap(({ hosts }) => hosts),
    ]) {
      expect(names.length).to.be.above(0);
      expect(new Set(names)).to.have.lengthOf(names.length);
    }
  });

  for (const { name, grafana } of grafanaKinds) {
    it(`name only settings of Grafana's that are known: ${name}`, () => {
      const { settings, required: needed, values = {}, address, secrets, texts } = grafana;
      const named = [...needed.flat(), ...Object.keys(values), ...secrets, ...texts];
      if (address) named.push(address.setting);
      expect(Object.values(settings).flat()).to.include.members(named);
    });
  }
});
