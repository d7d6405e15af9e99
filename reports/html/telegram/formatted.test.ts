import { expect } from 'chai';
import { html } from '../markup.ts';
import { formatted } from './formatted.ts';

type Entity = Parameters<typeof formatted>[0]['entities'][number];

/** Marks the first place of `words` in the text. */
const on = (text: string, type: string, words: string, more: Partial<Entity> = {}): Entity => ({
  type,
  offset: text.indexOf(words),
  length: words.length,
  ...more,
});
const shown = (text: string, entities: Entity[], traceId?: string) =>
  html`${formatted({ text, entities }, traceId)}`.text;
const anchor = (url: string, words: string) =>
  `<a href="${url}" rel="noopener noreferrer nofollow">${words}</a>`;

describe('a message of Telegram', () => {
  it('has forms that lie within each other', () => {
    const text = 'Firing: Bug Report in orders';
    const entities = [
      on(text, 'bold', 'Bug Report in orders'),
      on(text, 'italic', 'Report in'),
      { type: 'underline', offset: text.indexOf('in orders'), length: 2 },
      on(text, 'code', 'orders'),
    ];
    expect(shown(text, entities)).to.equal('Firing: <b>Bug <i>Report <u>in</u></i> <code>orders</code></b>');
  });

  it('has every form there is', () => {
    const of = (type: string, more = {}) => shown('x', [on('x', type, 'x', more)]);
    expect(of('strikethrough')).to.equal('<s>x</s>');
    expect(of('spoiler')).to.match(/^<span class="tg-spoiler"[^>]*>x<\/span>$/);
    expect(of('blockquote')).to.equal('<span class="tg-quote">x</span>');
    expect(of('expandable_blockquote')).to.equal('<span class="tg-quote">x</span>');
    expect(of('pre', { language: '<sql>' })).to.equal(
      '<span class="tg-pre"><span class="tg-language">&lt;sql&gt;</span><code>x</code></span>',
    );
    for (const type of ['custom_emoji', 'text_mention', 'constructor']) expect(of(type)).to.equal('x');
  });

  it('splits an entity that extends beyond the end of another', () => {
    const entities = [
      { type: 'bold', offset: 0, length: 4 },
      { type: 'italic', offset: 2, length: 4 },
    ];
    expect(shown('abcdef', entities)).to.equal('<b>ab<i>cd</i></b><i>ef</i>');
  });

  it('loses nothing to offsets outside of the text', () => {
    const entities = [
      { type: 'bold', offset: -5, length: 6 },
      { type: 'code', offset: 2, length: 99 },
      { type: 'italic', offset: 50, length: 1 },
      { type: 'italic', offset: 1, length: -1 },
    ];
    expect(shown('abc', entities)).to.equal('<b>a</b>b<code>c</code>');
  });

  it('does not begin two lines after a block', () => {
    const entities = [{ type: 'blockquote', offset: 2, length: 1 }];
    expect(shown('a\nb\n\nc', entities)).to.equal('a\n<span class="tg-quote">b</span>\nc');
  });

  it('counts in UTF-16 units', () => {
    expect(shown('🔥 x', [{ type: 'bold', offset: 3, length: 1 }])).to.equal('🔥 <b>x</b>');
  });

  it('leads to the web only', () => {
    const url = 'https://runbooks.internal/a?b=1&c=2';
    expect(shown('Runbook', [on('Runbook', 'text_link', 'Runbook', { url })])).to.equal(
      anchor('https://runbooks.internal/a?b=1&amp;c=2', 'Runbook'),
    );
    for (const bad of ['javascript:alert(1)', 'tg://user?id=1', 'data:text/html,x', '//x', '']) {
      expect(shown('go', [on('go', 'text_link', 'go', { url: bad })]), bad).to.equal('<span>go</span>');
    }
    expect(shown('see x.org', [on('see x.org', 'url', 'x.org')])).to.equal(
      `see ${anchor('http://x.org', 'x.org')}`,
    );
    expect(shown('tg:x', [on('tg:x', 'url', 'tg:x')])).to.equal('<span>tg:x</span>');
  });

  it('has no link in a link', () => {
    const text = 'http://a.b/c';
    const entities = [on(text, 'text_link', text, { url: 'https://d.e' }), on(text, 'url', 'a.b')];
    expect(shown(text, entities)).to.equal(anchor('https://d.e', 'http://a.b/c'));
  });

  it('escapes what it says', () => {
    const text = '<b onclick="x">&\u202e';
    expect(shown(text, [{ type: 'italic', offset: 0, length: 2 }])).to.equal(
      '<i>&lt;b</i> onclick=&quot;x&quot;&gt;&amp;\\u202e',
    );
  });

  it('highlights the trace where it is named, and where a link leads to it', () => {
    expect(shown('trace abc1.', [], 'abc1')).to.equal('trace <mark>abc1</mark>.');
    const url = 'http://127.0.0.1/t/abc1';
    expect(shown('Trace', [on('Trace', 'text_link', 'Trace', { url })], 'abc1')).to.equal(
      anchor(url, '<mark>Trace</mark>'),
    );
  });
});
