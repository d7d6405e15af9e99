import { expect } from 'chai';
import { answerText, isAccepted, isRefusedForGood } from './deliveries.ts';

describe('the answer to a delivery', () => {
  const cases = [
    [{ responseStatus: 200, responseBody: 'ok' }, 'accepted', '200 ok'],
    [{ responseStatus: 204, responseBody: '' }, 'accepted', '204'],
    [{ responseStatus: 202, responseBody: '', refused: true }, 'refused for good', '202 (refused)'],
    [{ responseStatus: 404, responseBody: 'no_service' }, 'refused for good', '404 no_service'],
    [{ responseStatus: 429, responseBody: '' }, 'to be repeated', '429'],
    [{ responseStatus: 503, responseBody: 'later' }, 'to be repeated', '503 later'],
    [{ responseStatus: 0, responseBody: 'reset' }, 'to be repeated', 'no answer reset'],
  ] as const;
  for (const [answer, meaning, text] of cases) {
    it(`${text}: ${meaning}`, () => {
      expect([isAccepted(answer), isRefusedForGood(answer)]).to.deep.equal([
        meaning === 'accepted',
        meaning === 'refused for good',
      ]);
      expect(answerText(answer)).to.equal(text);
    });
  }
});
