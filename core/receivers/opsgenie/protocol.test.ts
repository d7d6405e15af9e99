import { expect } from 'chai';
import { openOpsgenie } from './protocol.ts';

const authorization = 'GenieKey 3f2b8c1e-7a4d-4b6e-9f05-d1c2a3b4e5f6';
const request = (body: object, path = '/v2/alerts', more: object = {}) => ({
  ...{ method: 'POST', path, contentType: 'application/json', authorization, tooLarge: false },
  ...{ body: JSON.stringify(body), ...more },
});
const alert = { alias: 'a1', message: '[FIRING:1] CheckoutErrorRateHigh (critical)', priority: 'P1' };
const close = request({ source: '' }, '/v2/alerts/a1/close?identifierType=alias');

describe('opsgenie receiver', () => {
  it('takes an alias with a wrong percent sign as it is', () => {
    const sent = request({ source: '' }, '/v2/alerts/50%zz/close');
    expect(openOpsgenie().answer(sent).status).to.equal(202);
    expect(openOpsgenie().pages(sent, { status: 202, contentType: '', body: '' })).to.deep.equal([]);
  });

  it('takes an alert, and closes it by its alias, which shows its message', () => {
    const opsgenie = openOpsgenie();
    const seen = [request(alert), request(alert), close, close].map((one) => {
      const answer = opsgenie.answer(one);
      expect(answer.status).to.equal(202);
      const effect = opsgenie.onAccepted?.(one, answer);
      return opsgenie.pages(one, answer).map(({ alert: name, status }) => [name, status, effect?.incident]);
    });
    expect(seen.flat()).to.deep.equal([
      ['CheckoutErrorRateHigh', 'firing', 'opened'],
      ['CheckoutErrorRateHigh', 'firing', 'appended'],
      ['', 'resolved', 'resolved'],
      ['', 'resolved', 'ignored'],
    ]);
    expect(opsgenie.message?.(close)?.text).to.contain('CheckoutErrorRateHigh');
    expect(openOpsgenie().pages(close, { status: 202, contentType: '', body: '' })).to.deep.equal([]);
  });

  const refused: [string, number, ReturnType<typeof request>, string?][] = [
    ['a request without a key', 401, request(alert, '/v2/alerts', { authorization: undefined })],
    ['a key of another kind', 401, request(alert, '/v2/alerts', { authorization: 'Bearer x' })],
    ['a key of no integration', 401, request(alert), 'another'],
    ['another path', 404, request(alert, '/v1/alerts')],
    ['another method', 405, request(alert, '/v2/alerts', { method: 'GET' })],
    ['what is not JSON', 400, request(alert, '/v2/alerts', { body: '{' })],
    ['an empty message', 422, request({ ...alert, message: ' ' })],
    ['a message of 131 characters', 422, request({ ...alert, message: 'é'.repeat(131) })],
    ['an alias of 513 characters', 422, request({ ...alert, alias: 'a'.repeat(513) })],
    ['an unknown priority', 422, request({ ...alert, priority: 'critical' })],
  ];
  for (const [what, status, one, apiKey] of refused) {
    it(`refuses ${what}: ${status}`, () => {
      expect(openOpsgenie(apiKey === undefined ? {} : { apiKeys: apiKey }).answer(one).status).to.equal(
        status,
      );
    });
  }

  it('takes a message of 130 characters', () => {
    expect(openOpsgenie().answer(request({ ...alert, message: 'é'.repeat(130) })).status).to.equal(202);
  });
});
