import { expect } from 'chai';
import { looksMachineMade } from './machine-made.ts';

describe('looksMachineMade', () => {
  for (const token of [
    'XXXXXXXXXXXXXXXXXXXXXXXX',
    '00000000000000000000000000000000',
    'AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw',
    'kqzvwpmnbtrlsdhg',
    'qzkvwtmrplxn',
    '3f9c1e7ab2d4',
    'a1b2c3d4e5',
    '8b0f5c1e-4a6d-4f0e-9d2c-1b7a3e5f6c8d',
    '1234567890',
    'T024BE7LD',
    'AbCdEfGhIj',
    'whsec-rk29fj3lq0',
  ]) {
    it(`is true of ${token}`, () => expect(looksMachineMade(token)).to.equal(true));
  }
  for (const name of [
    'payments',
    'notifications-of-all',
    'checkout-error-rate-high',
    'CheckoutErrorRateHigh',
    'checkout_errors_total',
    'us-east-1',
    'payment-provider-2',
    'storefront-sidecar',
    'production',
    'alertmanager',
    'observability',
    'infrastructure',
    'strengths',
    'k8s-prod-eu1',
    'http2-gateway',
    'on-call-2026',
    'short1',
    'OTEL_EXPORTER_OTLP_ENDPOINT',
  ]) {
    it(`is false of ${name}`, () => expect(looksMachineMade(name)).to.equal(false));
  }
});
