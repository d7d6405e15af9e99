import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { Scope } from '../../../core/scope.ts';
import { openReceiver } from '../receivers.ts';
import { openVendorProxy } from './vendor-proxy.ts';

const run = promisify(execFile);

describe('curl and the vendor proxy', () => {
  const scope = new Scope();
  after(() => scope.close());

  it('posts to Telegram’s real address, and the page arrives', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'firedrill-proxy-'));
    scope.defer('folder', () => rm(dir, { recursive: true }));
    const telegram = await openReceiver('telegram');
    scope.defer('receiver', () => telegram.close());
    const proxy = await openVendorProxy({
      routes: new Map([['api.telegram.org', telegram.url]]),
      caFile: join(dir, 'ca.pem'),
    });
    scope.defer('proxy', () => proxy.close());
    const env = { PATH: process.env.PATH, HTTPS_PROXY: proxy.url };
    const post = (host: string) =>
      run(
        'curl',
        [
          '-sS',
          '--cacert',
          proxy.caFile,
          '-F',
          'chat_id=7',
          '-F',
          'text=Firing: Bug Report',
          `https://${host}/bot1:x/sendMessage`,
        ],
        { env },
      );

    const before = Date.now();
    const { stdout } = await post('api.telegram.org');
    expect(JSON.parse(stdout)).to.have.nested.property('result.text', 'Firing: Bug Report');
    const [delivery] = telegram.deliveries();
    expect(delivery?.at).to.be.within(before, Date.now() + 1);
    expect(delivery?.pages[0]).to.include({ alert: 'Bug Report' });

    const refused = await post('example.com').catch((error) => error);
    expect(refused.stderr).to.contain('403');
    expect(proxy.requests().at(-1)).to.include({ target: 'example.com:443', outcome: 'refused' });
  });
});
