import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { problemsOfPromise } from '../../core/testing/problems-of.ts';
import { readCredentials } from './credentials.ts';

describe('the credentials of firedrill receivers', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'credentials-'));
    await mkdir(join(folder, 'receivers'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const write = (name: string, text: string) => writeFile(join(folder, 'receivers', name), text);
  const told = async () =>
    (await problemsOfPromise(readCredentials(folder))).map(({ where, message }) => [
      where.slice(where.indexOf('/receivers') + 1),
      message,
    ]);

  it('are those of the folder', async () => {
    await write('telegram.yml', 'bot_token: "1:AAxx"\nchat_id: -7\n');
    expect(await readCredentials(folder)).to.deep.equal(
      new Map([['telegram', { botToken: '1:AAxx', chatId: '-7' }]]),
    );
  });

  it('tell every fault of all files, and files that nothing reads', async () => {
    await write('telegram.yml', 'bot_token: nonsense\nchat: 7\n');
    await write('slick.yml', 'token: x\n');
    await write('slack.yml', 'channels: payments\n');
    const faults = await told();
    expect(faults).to.deep.include(['receivers/slick.yml', 'nothing reads this file']);
    expect(faults.filter(([where]) => where?.startsWith('receivers/telegram.yml'))).to.have.lengthOf(3);
    expect(faults.filter(([where]) => where?.startsWith('receivers/slack.yml'))).to.have.lengthOf(1);
  });

  it('must be there', async () => {
    expect(await told()).to.deep.equal([
      [
        'receivers',
        `is empty; expected ${['discord', 'email', 'msteams', 'msteamsv2', 'opsgenie', 'pagerduty', 'slack', 'telegram'].map((kind) => `receivers/${kind}.yml`).join(', ')}`,
      ],
    ]);
    await rm(join(folder, 'receivers'), { recursive: true });
    expect(await told()).to.deep.equal([['receivers', 'does not exist']]);
  });
});
