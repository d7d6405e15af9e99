import { expect } from 'chai';
import { isOurs, listensHere, shown } from './confine-address.ts';

describe('addresses of this machine', () => {
  for (const address of ['127.0.0.1:80', 'http://localhost:3100/otlp', 'https://a:b@127.0.0.1:1?c']) {
    it(`are such as ${address}`, () => expect(isOurs(address)).to.equal(true));
  }
  for (const address of ['localhost', '[::1]:1', '127.1:80', 'https://LOCALHOST:1']) {
    it(`are listened at, and are no program of the run: ${address}`, () => {
      expect(listensHere(address)).to.equal(true);
      expect(isOurs(address)).to.equal(false);
    });
  }
  for (const address of [
    '0.0.0.0:80',
    'http://localhost.example',
    'http://localhost@elsewhere.example',
    '127.0.0.1:80@elsewhere.example',
    'http://127.0.0.1:80:a@elsewhere.example',
    'http://0x7f000001:80',
    'dns://127.0.0.1/elsewhere.example:4317',
    'passthrough://localhost/elsewhere.example:4317',
    '',
    null,
    ['localhost'],
  ]) {
    it(`are not such as ${JSON.stringify(address)}`, () => expect(isOurs(address)).to.equal(false));
  }
});

describe('an address in a message', () => {
  for (const [address, text] of [
    ['https://discord.example/api/webhooks/1/s3cret', 'https://discord.example/…'],
    ['https://me:s3cret@hooks.example:8443?token=s3cret', 'https://hooks.example:8443/…'],
    ['hooks.slack.com/services/s3cret', 'hooks.slack.com/…'],
    ['//corp.example/s3cret', '//corp.example/…'],
    ['db.example:5432', 'db.example:5432'],
    [undefined, 'no address'],
    [['s3cret'], 'no text'],
  ] as const) {
    it(`is ${text}`, () => expect(shown(address)).to.equal(text));
  }
});
