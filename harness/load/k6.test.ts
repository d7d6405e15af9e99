import { expect } from 'chai';
import { parseK6Line } from './k6.ts';

describe("k6's JSON lines", () => {
  it('reads an answered request, to the microsecond', () => {
    const line =
      '{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-21T07:55:17.765097349Z","value":83.297289,"tags":{"expected_response":"true","instance":"storefront-2","name":"search","scenario":"search","status":"200"}}}';
    const sample = parseK6Line(line);
    if (sample === undefined || sample === 'dropped') throw new Error('no sample');
    expect(sample).to.include({
      journey: 'search',
      status: 200,
      durationMs: 83.297289,
      instance: 'storefront-2',
    });
    expect(sample.at).to.be.closeTo(Date.parse('2026-11-21T07:55:17.765Z') + 0.097, 0.001);
  });

  it('reads times of other zones and without a fraction', () => {
    const at = (time: string) => {
      const sample = parseK6Line(
        `{"metric":"http_req_duration","type":"Point","data":{"time":"${time}","value":1,"tags":{"name":"x","status":"200"}}}`,
      );
      return typeof sample === 'object' ? sample.at : undefined;
    };
    expect(at('2026-11-21T09:55:17.5+02:00')).to.equal(Date.parse('2026-11-21T07:55:17.500Z'));
    expect(at('2026-11-21T07:55:17Z')).to.equal(Date.parse('2026-11-21T07:55:17Z'));
  });

  it('takes a request without an answer as status 0', () => {
    const line =
      '{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-21T07:55:17Z","value":0,"tags":{"error_code":"1212","name":"checkout","status":"0"}}}';
    expect(parseK6Line(line)).to.include({ status: 0, instance: '' });
  });

  it('ignores requests from before the load', () => {
    const line = (tags: string) =>
      `{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-21T07:55:17Z","value":1,"tags":{"name":"checkout","status":"201"${tags}}}}`;
    expect(parseK6Line(line(',"cold":"true"'))).to.equal(undefined);
    expect(parseK6Line(line(''))).to.include({ status: 201 });
  });

  it('counts iterations that k6 could not start, and ignores other metrics', () => {
    expect(
      parseK6Line('{"metric":"dropped_iterations","type":"Point","data":{"time":"x","value":1}}'),
    ).to.equal('dropped');
    expect(parseK6Line('{"metric":"http_reqs","type":"Point","data":{}}')).to.equal(undefined);
    expect(
      parseK6Line('{"type":"Metric","data":{"name":"http_req_duration"},"metric":"http_req_duration"}'),
    ).to.equal(undefined);
  });
});
