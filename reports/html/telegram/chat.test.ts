import { expect } from 'chai';
import { monthlyRentRecord } from '../../testing/monthly-rent/record.ts';
import { refusedDelivery } from '../../testing/monthly-rent/telegram.ts';
import { sampleRecord } from '../../testing/sample-record.ts';
import { chat } from './chat.ts';

const shown = (...args: Parameters<typeof monthlyRentRecord>) => chat(monthlyRentRecord(...args))?.text ?? '';

describe('the chat of Telegram', () => {
  it('shows each message with its sender, form and time, and which page it is', () => {
    const text = shown();
    expect(text).to.contain('<strong>Backend on call</strong>');
    expect(text.match(/<strong class="tg-name">firedrill<\/strong>/g)).to.have.length(2);
    expect(text).to.contain('🔥 Firing: <b>Bug Report</b>\nservice: orders');
    expect(text).to.match(
      /runbook: <a href="https:[^>]*>https:\/\/runbooks.internal\/backend\/bug-report<\/a>\n<a /,
    );
    expect(text.match(/<time class="tg-time"[^>]*>[^<]*/g)).to.deep.equal([
      '<time class="tg-time" title="10:30:45.200 UTC">10:30',
      '<time class="tg-time" title="10:31:06.400 UTC">10:31',
    ]);
    expect(text).to.contain('▲ Bug Report firing').and.contain('▼ Bug Report resolved');
    expect(text).to.contain('+13.3 s · 10:30:45.200');
    expect(text).to.contain('&quot;parse_mode&quot;: &quot;HTML&quot;');
  });

  it('shows the answer instead of a message that was refused', () => {
    const text = shown({ pages: [], deliveries: [refusedDelivery] });
    expect(text).to.contain('Not delivered').and.not.contain('<b>Bug Report</b>');
    expect(text).to.contain('<b>400</b> Bad Request: can&#39;t parse entities: Unsupported start tag');
    const silent = { ...refusedDelivery, responseStatus: 0, responseBody: '' };
    expect(shown({ pages: [], deliveries: [silent] })).to.contain('<b>No answer</b>');
  });

  it('does without an answer that names bot and chat', () => {
    for (const responseBody of ['not JSON', '[]', '{"result":{"from":1,"chat":{"title":2}}}']) {
      const [first] = monthlyRentRecord().deliveries;
      const text = first ? shown({ deliveries: [{ ...first, responseBody }] }) : '';
      expect(text, responseBody).to.contain('<strong class="tg-name">bot</strong>');
    }
  });

  it('is not there where Telegram got nothing', () => {
    expect(chat(sampleRecord())).to.equal(undefined);
  });
});
