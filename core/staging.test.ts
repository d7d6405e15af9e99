import { expect } from 'chai';
import { FiredrillError } from './errors.ts';
import { within } from './path.ts';
import { copyUrl, isListed, parseStaging } from './staging.ts';

const least = {
  name: 'shop',
  hosts: ['prometheus.example', '127.0.0.1:9093'],
  prometheus: { url: 'https://prometheus.example/prom' },
};

const refused = (more: object): string => {
  try {
    parseStaging({ ...least, ...more }, within('staging.yaml'));
    return '';
  } catch (error) {
    if (error instanceof FiredrillError) return error.message;
    throw error;
  }
};

describe('a staging', () => {
  it('needs a name, hosts and a Prometheus', () => {
    const staging = parseStaging(least, within('staging.yaml'));
    expect(staging).to.deep.include({ pages: 'received', services: {} });
    expect(staging.receivers.listen).to.equal('127.0.0.1:9199');
  });

  it('may call no host that is not on the list', () => {
    const message = refused({
      alertmanager: { url: 'http://127.0.0.1:9094' },
      services: { web: { '8080': 'http://web.example:8080' } },
    });
    expect(message).to.match(/staging\.yaml: alertmanager\.url: the host 127\.0\.0\.1 is not on the list/);
    expect(message).to.match(/staging\.yaml: services\.web\.8080: the host web\.example is not on the list/);
    expect(refused({ alertmanager: { url: 'http://127.0.0.1:9093' } })).to.equal('');
  });

  it('knows a host with and without its port', () => {
    expect(isListed('https://a.example/x', ['A.example'])).to.equal(true);
    expect(isListed('https://a.example', ['a.example:443'])).to.equal(true);
    expect(isListed('https://a.example:8443', ['a.example:443'])).to.equal(false);
    expect(isListed('https://b.a.example', ['a.example'])).to.equal(false);
    expect(isListed('no address', ['a.example'])).to.equal(false);
  });

  it('copies pages of Grafana once, and none where nothing may be rerouted', () => {
    const grafana = (of: string[]) => ({
      grafana: { url: 'https://prometheus.example/grafana', copies: { of, to: 'http://10.0.0.7:9199' } },
    });
    expect(refused(grafana(['team', 'all']))).to.equal('');
    expect(refused(grafana(['team', 'team']))).to.match(/grafana\.copies\.of: expected each name once/);
    expect(refused({ ...grafana(['team']), pages: 'until-notifier' })).to.match(
      /grafana\.copies: with pages: until-notifier nothing is rerouted/,
    );
    expect(copyUrl('http://10.0.0.7:9199/', 'on call')).to.equal('http://10.0.0.7:9199/webhook/on%20call');
  });

  it('has no secret that does not say so', () => {
    const message = refused({
      prometheus: {
        url: 'https://me:secret@prometheus.example',
        headers: { Authorization: 'Bearer abc', 'X-Scope-OrgID': 'team-a' },
        bearer: { env: 'A', file: 'b' },
      },
    });
    expect(message).to.match(/prometheus\.url: .*without user, password/);
    expect(message).to.match(/prometheus\.headers\.Authorization: expected \{ env: NAME \}/);
    expect(message).to.match(/prometheus\.bearer: expected one of env/);
    expect(message).not.to.contain('X-Scope-OrgID');
    expect(message).not.to.match(/abc|me:secret/);
  });

  it('names the key that was probably meant', () => {
    expect(refused({ alertmanagr: { url: 'http://127.0.0.1:9093' } })).to.match(/alertmanager/);
  });

  it('loads only services that it names', () => {
    const load = { ceiling: 5, journeys: { greet: { service: 'wep', path: '/' } } };
    const services = { web: { '8080': 'https://prometheus.example/web' } };
    expect(refused({ load, services })).to.match(
      /load\.journeys\.greet\.service: there is no service wep\n.*web/,
    );
  });
});
