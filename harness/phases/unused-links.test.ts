import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { broken, messageOf } from '../../core/errors.ts';
import { tellUnusedLinks } from './unused-links.ts';

const log = `{"level":"info","name":"web-to-db","proxy":"127.0.0.1:1","message":"Started proxy"}
{"level":"info","name":"web-to-stock","client":"127.0.0.1:2","message":"Accepted client"}
`;
const links = {
  'web-to-db': { from: 'web', variable: 'DB_URL', protocol: 'tcp' },
  'web-to-stock': { from: 'web', variable: 'STOCK_URL', protocol: 'http' },
  'hub-to-loki': { from: 'hub', to: 'loki:3100', protocol: 'tcp' },
} as const;

describe('a fault without effect on a link', () => {
  let logs: string;
  before(async () => {
    logs = await mkdtemp(join(tmpdir(), 'logs-'));
    await writeFile(join(logs, 'toxiproxy.log'), log);
  });
  after(() => rm(logs, { recursive: true }));

  const error = broken('prove fault', 'waited 10 s', 'check the load');
  const told = async (...needed: string[]) => messageOf(await tellUnusedLinks(error, needed, links, logs));

  it('is told with the link that nothing has connected to', async () => {
    expect(await told('web-to-db'))
      .to.include('waited 10 s; no connection has reached the link web-to-db')
      .and.include('DB_URL of web');
    expect(await told('hub-to-loki'))
      .to.include('the link hub-to-loki')
      .and.include('of hub, as loki:3100');
  });

  it('is told as it is where the link is used, and where there is none', async () => {
    expect(await told('web-to-stock')).to.equal(messageOf(error));
    expect(await told()).to.equal(messageOf(error));
  });
});
