import { expect } from 'chai';
import { provisioningErrors } from './provisioning.ts';

// Lines of a real Grafana.
const missing =
  '{"error":"open /r/config/grafana/provisioning/plugins: no such file or directory","level":"error","logger":"provisioning.plugins","msg":"Failed to read plugin provisioning files from directory","path":"/r/config/grafana/provisioning/plugins","t":"2026-11-21T11:37:52.473787341Z"}';
const refused =
  '{"error":"uid too long, max 40 characters","file":"/r/config/grafana/provisioning/dashboards/slo.json","level":"error","logger":"provisioning.dashboard","msg":"failed to save dashboard","name":"firedrill","t":"2026-11-21T11:37:52.520601378Z","type":"file"}';
const others = [
  '{"level":"error","logger":"settings","msg":"Failed to detect generated javascript files in public/build","t":"2026-11-21T11:37:50.08342506Z"}',
  '{"level":"info","logger":"provisioning.alerting","msg":"finished to provision alerting","t":"2026-11-21T11:37:52.516758035Z"}',
  'Error: ✗ no JSON at all',
];

describe("errors of Grafana's provisioning", () => {
  it('are told with the file, one line each', () => {
    expect(provisioningErrors([...others, missing, refused].join('\n'))).to.deep.equal([
      'dashboards/slo.json: failed to save dashboard: uid too long, max 40 characters',
    ]);
  });

  it('are not what it says of other things, or of folders that need not be there', () => {
    expect(provisioningErrors([...others, missing, ''].join('\n'))).to.deep.equal([]);
  });
});
