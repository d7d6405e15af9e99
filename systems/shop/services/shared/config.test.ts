import { expect } from 'chai';
import { ConfigError, type Environment, readConfig, readListen } from './config.ts';

const read = (env: Environment) =>
  readConfig(env, (from) => ({
    listen: readListen(from),
    timeoutMs: from.milliseconds('TIMEOUT_MS', 500),
    url: from.url('ORDERS_URL', 'http:', 'https:'),
  }));

describe('configuration from the environment', () => {
  it('reads what is set and falls back for what may be left out', () => {
    expect(read({ PORT: '8001', ORDERS_URL: 'http://127.0.0.1:8002' })).to.deep.equal({
      listen: { host: '127.0.0.1', port: 8001 },
      timeoutMs: 500,
      url: 'http://127.0.0.1:8002',
    });
    expect(read({ PORT: '0', HOST: '::1', TIMEOUT_MS: '20', ORDERS_URL: 'https://orders' })).to.deep.equal({
      listen: { host: '::1', port: 0 },
      timeoutMs: 20,
      url: 'https://orders',
    });
  });

  it('reports every fault at once', () => {
    expect(() => read({ PORT: '70000', TIMEOUT_MS: '1.5' }))
      .to.throw(ConfigError)
      .with.property('faults')
      .that.deep.equals([
        'PORT=70000: expected a whole number from 0 to 65535',
        'TIMEOUT_MS=1.5: expected a whole number from 1 to 600000',
        'ORDERS_URL is not set',
      ]);
  });

  it('takes an empty variable as not set', () => {
    expect(() => read({ PORT: '', ORDERS_URL: 'http://orders' })).to.throw('PORT is not set');
  });

  it('does not repeat an address, which may carry a password', () => {
    expect(() => read({ PORT: '1', ORDERS_URL: 'ftp://me:secret@orders' }))
      .to.throw('ORDERS_URL: expected an address that starts with http:// or https://')
      .with.property('message')
      .that.does.not.contain('secret');
  });
});
