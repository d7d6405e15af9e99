import { createPrivateKey, X509Certificate } from 'node:crypto';
import { expect } from 'chai';
import { certificatesFor } from './certificates.ts';

describe('certificates of the vendors’ hosts', () => {
  it('are issued by an authority of their own, for exactly these hosts, for now', async () => {
    const made = await certificatesFor(['api.telegram.org', 'hooks.slack.com']);
    const authority = new X509Certificate(made.authority);
    const certificate = new X509Certificate(made.certificate);
    expect(authority.ca).to.equal(true);
    expect(certificate.ca).to.equal(false);
    expect(certificate.checkIssued(authority)).to.equal(true);
    expect(certificate.verify(authority.publicKey)).to.equal(true);
    expect(certificate.subjectAltName).to.equal('DNS:api.telegram.org, DNS:hooks.slack.com');
    expect(certificate.checkPrivateKey(createPrivateKey(made.key))).to.equal(true);
    expect(Date.parse(certificate.validFrom)).to.be.below(Date.now());
    expect(Date.parse(certificate.validTo)).to.be.above(Date.now() + 86_400_000);
  });

  it('differ from run to run', async () => {
    const [one, other] = await Promise.all([certificatesFor(['a.test']), certificatesFor(['a.test'])]);
    expect(
      new X509Certificate(one.authority).publicKey.equals(new X509Certificate(other.authority).publicKey),
    ).to.equal(false);
  });
});
