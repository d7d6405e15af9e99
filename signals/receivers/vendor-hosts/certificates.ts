import { KeyObject, randomBytes, webcrypto } from 'node:crypto';
import { BitString, Integer, Utf8String } from 'asn1js';
import {
  AttributeTypeAndValue,
  BasicConstraints,
  Certificate,
  Extension,
  ExtKeyUsage,
  GeneralName,
  GeneralNames,
} from 'pkijs';

export interface HostCertificates {
  /** The authority's own certificate, for those who shall trust it; PEM. */
  readonly authority: string;
  /** The hosts' certificate and its key, for the server; PEM. The authority's key is already forgotten. */
  readonly certificate: string;
  readonly key: string;
}

/** Numbers of https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1, but for the common name's. */
const oid = {
  commonName: '2.5.4.3',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
};

/** keyCertSign alone. */
const mayIssue = new BitString({ valueHex: Uint8Array.of(0b0000_0100).buffer, unusedBits: 2 });
const dayMs = 86_400_000;
const dnsName = 2;

/**
 * Makes a certificate authority for one run and one certificate of it for all of the hosts. Both are good for a
 * month, counted from yesterday, so that a clock that is a little off does not matter.
 */
export async function certificatesFor(hosts: readonly string[]): Promise<HostCertificates> {
  const root = await issue('firedrill, certificate authority of one run', [
    extension(
      oid.basicConstraints,
      true,
      new BasicConstraints({ cA: true, pathLenConstraint: 0 }).toSchema(),
    ),
    extension(oid.keyUsage, true, mayIssue),
  ]);
  const names = hosts.map((value) => new GeneralName({ type: dnsName, value }));
  const leaf = await issue(
    'firedrill, emulated vendors',
    [
      extension(oid.subjectAltName, false, new GeneralNames({ names }).toSchema()),
      extension(oid.extKeyUsage, false, new ExtKeyUsage({ keyPurposes: [oid.serverAuth] }).toSchema()),
      extension(oid.basicConstraints, true, new BasicConstraints().toSchema()),
    ],
    root,
  );
  return {
    authority: pem(root.certificate),
    certificate: pem(leaf.certificate),
    key: KeyObject.from(leaf.keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

interface Issued {
  readonly certificate: Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}

/** Signed by the issuer, or by itself without one. */
async function issue(name: string, extensions: Extension[], issuer?: Issued): Promise<Issued> {
  const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ]);
  const certificate = new Certificate();
  certificate.version = 2; // which means version 3
  // A first byte below 128 keeps the number positive.
  certificate.serialNumber = new Integer({ valueHex: Uint8Array.of(1, ...randomBytes(15)).buffer });
  certificate.subject.typesAndValues.push(
    new AttributeTypeAndValue({ type: oid.commonName, value: new Utf8String({ value: name }) }),
  );
  certificate.issuer.typesAndValues.push(...(issuer?.certificate ?? certificate).subject.typesAndValues);
  certificate.notBefore.value = new Date(Date.now() - dayMs);
  certificate.notAfter.value = new Date(Date.now() + 30 * dayMs);
  certificate.extensions = extensions;
  await certificate.subjectPublicKeyInfo.importKey(keys.publicKey);
  await certificate.sign((issuer?.keys ?? keys).privateKey, 'SHA-256');
  return { certificate, keys };
}

const extension = (extnID: string, critical: boolean, content: { toBER(): ArrayBuffer }) =>
  new Extension({ extnID, critical, extnValue: content.toBER() });

function pem(certificate: Certificate): string {
  const base64 = Buffer.from(certificate.toSchema().toBER()).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;
}
