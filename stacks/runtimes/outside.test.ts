import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { outsideError, settingsNaming } from './outside.ts';

describe('a connection that leaves the run', () => {
  it('is reported with component, address and the settings that name it', () => {
    const found = { component: 'prometheus', protocol: 'tcp', address: '127.0.0.77:9093', at: 1 } as const;
    const { kind, problems } = outsideError(found, ['prometheus.yml:12']);
    expect(kind).to.equal('broken');
    expect(problems[0]?.where).to.equal('prometheus');
    expect(problems[0]?.message).to.include('prometheus opened a connection to 127.0.0.77:9093 (tcp)');
    expect(problems[0]?.hint).to.match(/^named by prometheus\.yml:12; /);
  });

  it('is reported as a lookup if it goes to a name server', () => {
    const found = { component: 'loki', protocol: 'udp', address: '127.0.0.53:53', at: 1 } as const;
    expect(outsideError(found, []).problems[0]?.message).to.include('loki asked a name service');
  });

  it('is found in the configuration by its address, else by host or port', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'outside-'));
    try {
      await mkdir(join(directory, 'rules'));
      await writeFile(join(directory, 'a.yml'), 'a: 1\nb: 127.0.0.77:9093\nc: cache.example:11211\n');
      await writeFile(join(directory, 'rules', 'b.yml'), 'd: 127.0.0.77\n');
      const at = (host: string, port: number) => settingsNaming(directory, { host, port });
      expect(at('127.0.0.77', 9093)).to.deep.equal(['a.yml:2']);
      expect(at('127.0.0.77', 1)).to.have.members(['a.yml:2', 'rules/b.yml:1']);
      expect(at('127.0.0.9', 11211)).to.deep.equal(['a.yml:3']);
      expect(at('127.0.0.9', 1121)).to.deep.equal([]);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
