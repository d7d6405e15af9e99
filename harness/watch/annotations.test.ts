import { expect } from 'chai';
import { fixture } from '../../core/receivers/testing/fixture.ts';
import { parseScenario } from '../../core/scenario.ts';
import { checkoutErrors } from '../../scenarios/checkout-errors.ts';
import { openReceiver } from '../../signals/receivers/receivers.ts';
import { Annotations } from './annotations.ts';

const scenario = parseScenario(checkoutErrors, 'checkout-errors');

const annotationsBy = (annotate?: (annotation: object) => Promise<void>) => {
  const notes: string[] = [];
  const annotations = new Annotations(
    { scenario, tell: (event) => void (event.type === 'note' && notes.push(event.message)) },
    annotate && { annotate },
  );
  return { notes, annotations };
};

describe('annotations', () => {
  it('mark the drill, with tags', async () => {
    const marks: object[] = [];
    const { annotations, notes } = annotationsBy(async (annotation) => void marks.push(annotation));
    annotations.mark('injection', 1_000, 'half of the payments fail');
    await annotations.end();
    expect(marks).to.deep.equal([
      {
        at: 1_000,
        text: 'half of the payments fail',
        tags: ['firedrill', 'checkout-errors', 'injection'],
      },
    ]);
    expect(notes).to.deep.equal([]);
  });

  it('mark every accepted page but pings, until the end', async () => {
    const marks: { text?: string; at?: number }[] = [];
    const { annotations } = annotationsBy(async (annotation) => void marks.push(annotation));
    await using receiver = await openReceiver('webhook');
    annotations.markPages([receiver], '/ping');
    const page = JSON.stringify(fixture('webhook-firing'));
    const send = (body: string, path = '/') =>
      fetch(receiver.url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    await send(page);
    await send('no JSON');
    await send(page, '/ping');
    await annotations.end();
    await send(page);
    expect(marks.map(({ text }) => text)).to.deep.equal(['CheckoutErrorRateHigh firing at webhook']);
    expect(marks[0]?.at).to.equal(receiver.deliveries()[0]?.at);
  });

  it('cause a note if they fail, and are omitted without Grafana', async () => {
    const { annotations, notes } = annotationsBy(() => Promise.reject(new Error('answered 503')));
    annotations.mark('revert', 1_000, 'reverted');
    await annotations.end();
    expect(notes).to.deep.equal(['the revert could not be annotated in Grafana: answered 503']);
    const without = annotationsBy();
    without.annotations.mark('revert', 1_000, 'reverted');
    await without.annotations.end();
    expect(without.notes).to.deep.equal([]);
  });
});
