import { expect } from 'chai';
import { addressesIn, type Mail } from './mail.ts';
import { openEmail } from './protocol.ts';
import { spamFaults } from './spam.ts';

const mail: Mail = {
  envelope: { from: 'alerts@corp.example', to: ['team@corp.example'] },
  from: 'Alerts <alerts@corp.example>',
  to: 'team@corp.example',
  subject: '[FIRING:1] CheckoutErrorRateHigh (critical)',
  date: '2026-11-21T07:44:19.000Z',
  messageId: '<1@corp.example>',
  text: 'Checkout fails',
  html: '<p>Checkout fails</p>',
  tls: true,
  bytes: 400,
};
const request = (content: unknown, tooLarge = false) => ({
  ...{ method: 'MAIL', path: '/', contentType: 'application/json', tooLarge },
  body: JSON.stringify(content),
});

describe('an e-mail', () => {
  it('is accepted for a mailbox that exists, and refused for any other and where it is too large', () => {
    const { answer } = openEmail({ addresses: 'team@corp.example,ops@corp.example' });
    expect(answer(request(mail)).status).to.equal(250);
    expect(answer(request({ envelope: { from: '', to: ['Ops@corp.example'] } })).status).to.equal(250);
    const refused = answer(
      request({ envelope: { from: '', to: ['team@corp.example', 'tema@corp.example'] } }),
    );
    expect(refused).to.include({ status: 550, body: '5.1.1 <tema@corp.example>: no such mailbox' });
    expect(answer(request(mail, true)).status).to.equal(552);
    expect(openEmail().answer(request({ envelope: { from: '', to: ['any@b.example'] } })).status).to.equal(
      250,
    );
  });

  it('shows its subject and its text, of which the alert is read', () => {
    const email = openEmail();
    expect(email.pages(request(mail), email.answer(request(mail)))).to.have.lengthOf(1);
    expect(email.pages(request(mail), email.answer(request(mail)))[0]).to.include({
      alert: 'CheckoutErrorRateHigh',
      status: 'firing',
    });
    expect(email.texts(request(mail))).to.deep.equal([
      { field: 'subject', text: mail.subject },
      { field: 'html', text: mail.text },
    ]);
    expect(email.destination(request(mail))?.detail).to.equal('team@corp.example');
  });

  it('would not be taken for spam', () => {
    expect(spamFaults(mail)).to.deep.equal([]);
    expect(spamFaults({ ...mail, from: 'a@alerts.corp.example' })).to.deep.equal([]);
    expect(spamFaults({ ...mail, date: null, messageId: null })).to.deep.equal([]);
  });

  const spam: [Partial<Mail>, string][] = [
    [{ subject: ' ' }, 'its subject is empty'],
    [{ from: null }, 'it has no From'],
    [{ to: null }, 'it has no To'],
    [{ from: 'alerts@other.example' }, 'its From is of other.example, and it is sent as corp.example'],
  ];
  for (const [changes, fault] of spam) {
    it(`would be taken for spam if ${fault}`, () => {
      expect(spamFaults({ ...mail, ...changes })).to.deep.equal([fault]);
    });
  }

  it('has addresses with and without names', () => {
    expect(addressesIn('Team <Team@b.example>, a@b.example; team@b.example')).to.deep.equal([
      'a@b.example',
      'team@b.example',
    ]);
    expect(addressesIn('{{ .x }}')).to.deep.equal([]);
  });
});
