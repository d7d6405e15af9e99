import { expect } from 'chai';
import { CallError } from '../shared/downstream.ts';
import { checkoutReason } from './checkout-failure.ts';

const refused = (status: number, code: string) => new CallError('refused', 'x', { status, code });

describe('reason of a failed checkout', () => {
  it('blames the payment only when orders says so', () => {
    expect(checkoutReason('payment', refused(502, 'payment_failed'))).to.equal('payment_failed');
    expect(checkoutReason('payment', refused(500, 'internal'))).to.equal('internal');
    expect(checkoutReason('payment', new CallError('unreachable', 'x'))).to.equal('internal');
  });

  it('blames fulfilment for whatever goes wrong there but time', () => {
    expect(checkoutReason('fulfilment', refused(500, 'internal'))).to.equal('fulfilment_failed');
    expect(checkoutReason('fulfilment', new CallError('unreachable', 'x'))).to.equal('fulfilment_failed');
  });

  it('calls it a timeout wherever the time ran out', () => {
    expect(checkoutReason('payment', new CallError('timeout', 'x'))).to.equal('timeout');
    expect(checkoutReason('payment', refused(504, 'timeout'))).to.equal('timeout');
    expect(checkoutReason('fulfilment', new CallError('timeout', 'x'))).to.equal('timeout');
  });

  it('treats an error that is not a failed call as internal', () => {
    expect(checkoutReason('fulfilment', new TypeError('x'))).to.equal('internal');
  });
});
