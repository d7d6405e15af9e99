import { expect } from 'chai';
import { fixture } from '../../core/receivers/testing/fixture.ts';
import { openReceiver, type Receiver } from './receivers.ts';
import { post } from './testing/requests.ts';

const routingKey = '0123456789abcdef0123456789abcdef';
const payload = { summary: 'it broke', source: 'storefront', severity: 'critical' };
const trigger = { routing_key: routingKey, event_action: 'trigger', payload };
const resolve = { routing_key: routingKey, event_action: 'resolve', dedup_key: 'k' };

describe('pagerduty receiver', () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await openReceiver('pagerduty', { credentials: { routingKeys: routingKey } });
  });
  afterEach(() => receiver.close());

  const send = (body: unknown) => post(`${receiver.url}/v2/enqueue`, body);

  describe('takes', () => {
    const taken: [string, Record<string, unknown>][] = [
      ['a trigger of Alertmanager’s', fixture('pagerduty-firing')],
      ['a resolution of Alertmanager’s', fixture('pagerduty-resolved')],
      ['a resolution without payload', resolve],
      ['an acknowledgement', { ...resolve, event_action: 'acknowledge' }],
      ['a summary of 1024 characters', { ...trigger, payload: { ...payload, summary: 'é'.repeat(1024) } }],
      ['a dedup_key of 255 characters', { ...trigger, dedup_key: 'k'.repeat(255) }],
      [
        'links and images',
        { ...trigger, links: [{ href: 'http://a.test' }], images: [{ src: 'https://a.test/i' }] },
      ],
    ];
    for (const [what, body] of taken) {
      it(what, async () => {
        const { status, body: answer } = await send(body);
        expect(status).to.equal(202);
        const { dedup_key: dedupKey, ...rest } = JSON.parse(answer);
        expect(rest).to.deep.equal({ status: 'success', message: 'Event processed' });
        expect(dedupKey)
          .to.equal(body.dedup_key ?? dedupKey)
          .and.to.be.a('string')
          .and.not.equal('');
      });
    }

    for (const severity of ['critical', 'warning', 'error', 'info']) {
      it(`severity ${severity}`, async () => {
        expect(await send({ ...trigger, payload: { ...payload, severity } })).to.include({ status: 202 });
      });
    }

    it('a trigger without dedup_key, which then has the one that was answered', async () => {
      const { body } = await send(trigger);
      expect(receiver.deliveries()[0]?.pages[0]?.dedupKey).to.equal(JSON.parse(body).dedup_key);
    });
  });

  describe('refuses', () => {
    const oneOf = 'must be one of the following:';
    const refused: [Record<string, unknown>, string[]][] = [
      [{ ...trigger, routing_key: '' }, ["'routing_key' is missing or blank"]],
      [
        { ...trigger, routing_key: 'abc' },
        ["Length of 'routing_key' is incorrect (should be 32 characters)"],
      ],
      [
        { ...trigger, routing_key: `${routingKey.slice(1)}-` },
        ["'routing_key' cannot contain non-alphanumeric characters."],
      ],
      [{ routing_key: routingKey }, ["'event_action' is missing or blank"]],
      [
        { ...trigger, event_action: 'open' },
        [`'event_action' is invalid (${oneOf} 'trigger', 'acknowledge' or 'resolve')`],
      ],
      [
        { ...trigger, payload: undefined },
        ['summary', 'source', 'severity'].map((field) => `'payload.${field}' is missing or blank`),
      ],
      [{ ...trigger, payload: { ...payload, source: ' ' } }, ["'payload.source' is missing or blank"]],
      [
        { ...trigger, payload: { ...payload, severity: 'CRITICAL' } },
        [`'payload.severity' is invalid (${oneOf} 'critical', 'warning', 'error' or 'info')`],
      ],
      [
        { ...trigger, payload: { ...payload, summary: 'é'.repeat(1025) } },
        ["Length of 'payload.summary' is incorrect (at most 1024 characters)"],
      ],
      [
        { ...trigger, dedup_key: 'k'.repeat(256) },
        ["Length of 'dedup_key' is incorrect (at most 255 characters)"],
      ],
      [{ ...resolve, dedup_key: undefined }, ["'dedup_key' is missing or blank"]],
      [{ ...resolve, event_action: 'acknowledge', dedup_key: '' }, ["'dedup_key' is missing or blank"]],
      [{ ...trigger, links: [{ text: 'Runbook' }] }, ["'links[0].href' is missing or blank"]],
      [{ ...trigger, images: [{ alt: 'graph' }] }, ["'images[0].src' is missing or blank"]],
    ];
    for (const [body, errors] of refused) {
      it(errors.join('; '), async () => {
        const { status, body: answer } = await send(body);
        expect(status).to.equal(400);
        expect(JSON.parse(answer)).to.deep.equal({
          status: 'invalid event',
          message: 'Event object is invalid',
          errors,
        });
        expect(receiver.deliveries()[0]).to.include({ accepted: false });
      });
    }

    it('what is not JSON', async () => {
      const { status, body } = await send('{');
      expect(status).to.equal(400);
      expect(JSON.parse(body)).to.include({ status: 'Unrecognized object' });
    });

    it('a well-formed routing key of no integration', async () => {
      const { status, body } = await send({ ...trigger, routing_key: 'f'.repeat(32) });
      expect({ status, body }).to.deep.equal({ status: 400, body: 'Invalid routing key' });
    });

    it('a body over 512 KB, and still says so to a sender that sends it all', async () => {
      const large = { ...trigger, payload: { ...payload, custom_details: { text: 'a'.repeat(512 * 1024) } } };
      expect(await send(large)).to.include({ status: 413 });
      const [delivery] = receiver.deliveries();
      expect(delivery?.body).to.have.lengthOf(512 * 1024 - routingKey.length + '[redacted]'.length);
      expect(JSON.stringify(delivery)).not.to.contain(routingKey);
    });

    it('other paths and methods', async () => {
      expect(await post(`${receiver.url}/v1/enqueue`, trigger)).to.include({ status: 404 });
      expect(await fetch(`${receiver.url}/v2/enqueue`)).to.include({ status: 405 });
    });
  });

  describe('in version 1', () => {
    const event = { service_key: routingKey, event_type: 'trigger', description: 'it broke' };
    const sendV1 = (body: unknown) => post(`${receiver.url}/generic/2010-04-15/create_event.json`, body);

    it('takes a trigger and the resolution under its key, which opens and resolves an incident', async () => {
      const { status, body } = await sendV1(event);
      expect(status).to.equal(200);
      const { incident_key: key, ...rest } = JSON.parse(body);
      expect(rest).to.deep.equal({ status: 'success', message: 'Event processed' });
      // Alertmanager sends the keys of both versions, those of the other one empty.
      const both = { event_action: '', payload: null, incident_key: key };
      await sendV1({ ...event, ...both });
      await sendV1({ ...event, ...both, event_type: 'resolve' });
      await sendV1({ ...event, ...both, event_type: 'resolve', incident_key: 'another' });
      expect(
        receiver
          .deliveries()
          .flatMap(({ pages }) => pages)
          .map(({ status: state, dedupKey, incident, severity }) => [state, dedupKey, incident, severity]),
      ).to.deep.equal([
        ['firing', key, 'opened', undefined],
        ['firing', key, 'appended', undefined],
        ['resolved', key, 'resolved', undefined],
        ['resolved', 'another', 'ignored', undefined],
      ]);
      expect(JSON.stringify(receiver.deliveries())).not.to.contain(routingKey);
    });

    const refused: [Record<string, unknown>, string[]][] = [
      [
        { ...event, service_key: '$'.concat('{PD_SERVICE_KEY}') },
        ['Service key is the wrong length (should be 32 characters)', 'Service key is invalid'],
      ],
      [{ ...event, service_key: 'f'.repeat(32) }, ['Service key is invalid']],
      [
        { event_type: 'open', description: 'it broke' },
        ['Service key is missing or blank', 'Event type is invalid', 'Service key is invalid'],
      ],
      [{ ...event, description: '' }, ['Description is missing or blank']],
      [{ ...event, event_type: 'resolve' }, ['Incident key is missing or blank']],
    ];
    for (const [body, errors] of refused) {
      it(`refuses: ${errors.join('; ')}`, async () => {
        const { status, body: answer } = await sendV1(body);
        expect(status).to.equal(400);
        expect(JSON.parse(answer)).to.deep.equal({
          status: 'invalid event',
          message: 'Event object is invalid',
          errors,
        });
      });
    }

    it('refuses an event of version 2, and version 2 one of version 1', async () => {
      expect(await sendV1(trigger)).to.include({ status: 400 });
      expect(await send(event)).to.include({ status: 400 });
    });
  });

  it('keeps routing keys out of the record, right, wrong or in broken JSON', async () => {
    const foreign = 'f'.repeat(32);
    await send({ ...trigger, payload: { ...payload, custom_details: { note: `key ${routingKey}` } } });
    await send({ ...trigger, routing_key: foreign });
    await send(`{"routing_key": "${foreign}", `);
    await send(`{"routing_key": "${foreign}`);
    const record = JSON.stringify(receiver.deliveries());
    expect(record).not.to.contain(routingKey).and.not.to.contain(foreign);
    expect(receiver.deliveries()[0]?.body)
      .to.contain('"routing_key":"[redacted]"')
      .and.contain('"summary":"it broke"');
  });
});
