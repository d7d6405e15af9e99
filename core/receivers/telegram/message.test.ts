import { expect } from 'chai';
import { compose, tooLong } from './message.ts';
import { brief } from './testing/messages.ts';

const composed = (text: string, parseMode = '') => {
  const result = compose(text, parseMode);
  return 'message' in result ? brief(result.message) : result.refusal;
};

describe('a text that becomes a Telegram message', () => {
  it('is read by its parse_mode, in any case; without one nothing is marked', () => {
    expect(composed('<b>a</b>')).to.deep.equal({ text: '<b>a</b>', entities: [] });
    expect(composed('<b>a</b>', 'None')).to.deep.equal({ text: '<b>a</b>', entities: [] });
    for (const [text, mode] of [
      ['<b>a</b>', 'html'],
      ['*a*', 'Markdown'],
      ['*a*', 'MARKDOWNV2'],
    ] as const) {
      expect(composed(text, mode)).to.deep.equal({ text: 'a', entities: ['bold 0 1'] });
    }
  });

  it('is refused in Telegram’s words', () => {
    expect(composed('')).to.equal('message text is empty');
    expect(composed('', 'bogus')).to.equal('message text is empty');
    expect(composed(' \n')).to.equal('text must be non-empty');
    expect(composed('<b> </b>', 'HTML')).to.equal('text must be non-empty');
    expect(composed('a', 'bogus')).to.equal('unsupported parse_mode');
    expect(composed('a', 'toString')).to.equal('unsupported parse_mode');
    expect(composed('5 < 6', 'HTML')).to.equal(
      'can\'t parse entities: Unsupported start tag "" at byte offset 2',
    );
    expect(composed('é'.repeat(16_385))).to.equal('text is too long');
  });

  it('loses space around it, tabs, carriage returns and marks of direction; entities stay in place', () => {
    expect(composed('\n  a\tb\r\n\u202e<i>c</i> \n', 'HTML')).to.deep.equal({
      text: 'a b\nc',
      entities: ['italic 4 1'],
    });
    expect(composed('  <b> a </b> ', 'HTML')).to.deep.equal({ text: ' a', entities: ['bold 0 2'] });
    expect(composed('<b>a\r</b>🔥\r<i>b</i>', 'HTML')).to.deep.equal({
      text: 'a🔥b',
      entities: ['bold 0 1', 'italic 3 1'],
    });
  });

  it('gets links where it names web addresses, outside of code and links', () => {
    expect(composed('see http://127.0.0.1:8099/x?a=b. Or (https://a.test/y)')).to.deep.equal({
      text: 'see http://127.0.0.1:8099/x?a=b. Or (https://a.test/y)',
      entities: ['url 4 27', 'url 37 16'],
    });
    expect(composed('http://localhost:3000/x http://grafana/x')).to.have.deep.property('entities', []);
    expect(composed('<code>http://a.test</code> <a href="http://b.test">http://a.test</a>', 'HTML'))
      .to.have.property('entities')
      .deep.equal(['code 0 13', 'text_link 14 13 http://b.test/']);
  });

  it('is too long from 4097 characters on, as they are shown', () => {
    const long = (text: string, mode = '') => {
      const result = compose(text, mode);
      return 'message' in result && tooLong(result.message);
    };
    expect(long('🔥'.repeat(4096))).to.equal(false);
    expect(long('a'.repeat(4097))).to.equal(true);
    expect(long(`<b>${'a'.repeat(4096)}</b>`, 'HTML')).to.equal(false);
    expect(long(`${'a'.repeat(4096)}   \n`)).to.equal(false);
  });
});
