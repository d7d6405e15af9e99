import { expect } from 'chai';
import { execa } from 'execa';
import { completed, completionScript } from './completion.ts';

/** What bash offers after these words; the last one is being typed. */
async function offered(...words: string[]): Promise<string[]> {
  const line = ['firedrill', ...words].map((word) => `'${word}'`).join(' ');
  const asked = `COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _firedrill firedrill '${words.at(-1)}' '${words.at(-2) ?? 'firedrill'}'; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await execa('bash', ['--norc', '-c', `${completionScript('bash')}\n${asked}`]);
  return stdout.split('\n').filter((one) => one !== '');
}

describe('shell completion', () => {
  it('offers the commands', async () => {
    expect(await offered('')).to.deep.equal([...Object.keys(completed), 'help']);
    expect(await offered('re')).to.deep.equal(['receivers']);
    expect(await offered('help', 'in')).to.deep.equal(['init']);
  });

  it('offers the options of a command, and the values of an option', async () => {
    expect(await offered('run', '--st')).to.deep.equal(['--stack', '--stays']);
    expect(await offered('run', 'checkout-errors', '--pace', '')).to.deep.equal(['fast', 'real']);
    expect(await offered('lint', '--format', 's')).to.deep.equal(['sarif']);
    expect(await offered('receivers', '--')).to.include.members(['--listen', '--host', '--json']);
    expect(await offered('receivers', '--host', 'webh')).to.deep.equal(['webhook=']);
  });

  it('offers names of scenarios, tools and shells', async () => {
    expect(await offered('run', 'checkout-e')).to.deep.equal(['checkout-errors']);
    expect(await offered('run', '--keep', 'monthly')).to.deep.equal(['monthly-rent']);
    expect(await offered('setup', 'prom')).to.deep.equal(['prometheus']);
    expect(await offered('completion', '')).to.deep.equal(['bash', 'zsh']);
  });

  it('leaves to the shell what it does not know: files', async () => {
    for (const words of [
      ['run', './mi'],
      ['run', '--config', 'm'],
      ['lint', 'm'],
      ['rum', ''],
    ])
      expect(await offered(...words)).to.deep.equal([]);
    expect(completionScript('bash')).to.contain('complete -o default -F _firedrill firedrill');
  });

  it('is the same for zsh, by its emulation of bash', () => {
    expect(completionScript('zsh')).to.equal(
      `autoload -Uz +X bashcompinit && bashcompinit\n${completionScript('bash')}`,
    );
  });
});
