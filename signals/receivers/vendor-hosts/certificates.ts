// @peculiar/x509 loads its algorithms by a dependency injection container that needs this.
import 'reflect-metadata';
import { KeyObject, randomBytes, webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

export interface HostCertificates {
  /** The authority's own certificate, for clients to trust; PEM. */
  readonly authority: string;
  /** The hosts' certificate and its key, for the server; PEM. The authority's key is discarded. */
  readonly certificate: string;
  readonly key: string;
}

const dayMs = 86_400_000;

/**
 * Makes a certificate authority for one run and one certificate for all of the hosts. Both are valid for a month,
 * counted from yesterday, to tolerate clock differences.
 */
export async function certificatesFor(hosts: readonly string[]): Promise<HostCertificates> {
  const root = await issue('firedrill, certificate authority of one run', [
    new BasicConstraintsExtension(true, 0, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
  ]);
  const leaf = await issue(
    'firedrill, emulated vendors',
    [
      new SubjectAlternativeNameExtension(hosts.map((value) => ({ type: 'dns', value }))),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new BasicConstraintsExtension(false, undefined, true),
    ],
    root,
  );
  return {
    authority: pem(root),
    certificate: pem(leaf),
    key: KeyObject.from(leaf.keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

interface Issued {
  readonly certificate: X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}

/** Signed by the issuer; self-signed without one. */
async function issue(name: string, extensions: Extension[], issuer?: Issued): Promise<Issued> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const subject = [{ CN: [name] }];
  const certificate = await X509CertificateGenerator.create({
    // A first byte below 128 keeps the number positive.
    serialNumber: `01${randomBytes(15).toString('hex')}`,
    subject,
    issuer: issuer?.certificate.subjectName ?? subject,
    notBefore: new Date(Date.now() - dayMs),
    notAfter: new Date(Date.now() + 30 * dayMs),
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    signingAlgorithm: algorithm,
    extensions,
  });
  return { certificate, keys };
}

const pem = ({ certificate }: Issued): string => `${certificate.toString('pem')}\n`;
