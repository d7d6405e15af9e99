import { expect } from 'chai';
import { readWebPage } from './web-page.ts';

describe('the anchor of a link to a Markdown page', () => {
  const page =
    '# Orders fail\n\nText.\n\n## Ask the *oracle*\n\nWho knows?\n=====\n\n## Steps\n## Steps\n<a id="old"></a>\n';
  const anchorOf = (anchor: string, text = page, type = 'text/markdown') =>
    readWebPage(text, type, anchor).anchor;

  it('is found among the headings', () => {
    for (const anchor of [
      'orders-fail',
      'ask-the-oracle',
      'Ask-the-Oracle',
      'who-knows',
      'steps',
      'steps-1',
      'old',
    ])
      expect(anchorOf(anchor), anchor).to.equal('found');
  });

  it('is missing if no heading has it', () => {
    expect(anchorOf('ask-the-boss')).to.equal('missing');
    expect(anchorOf('steps-2')).to.equal('missing');
    expect(anchorOf('code', '# A\n```\n# Code\n```\n')).to.equal('missing');
  });

  it('is not known of a text without headings, of other data, or without a fragment', () => {
    expect(anchorOf('a', 'no headings')).to.equal(undefined);
    expect(anchorOf('a', page, 'application/json')).to.equal(undefined);
    expect(anchorOf('')).to.equal(undefined);
  });
});
