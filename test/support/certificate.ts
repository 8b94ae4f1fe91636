import { generateKeyPairSync, sign } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import https, { type RequestOptions } from 'node:https';

export interface Certificate {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

/** Of 127.0.0.1 by itself, for two days. Written byte by byte: Node makes none, and not every machine has a tool that does. */
export function makeCertificate(): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const name = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from('127.0.0.1')))));
  const content = sequence(
    der(0xa0, integer(2)),
    integer(1),
    sequence(ECDSA_WITH_SHA256),
    name,
    sequence(time(Date.now() - DAY), time(Date.now() + DAY)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(sequence(ALTERNATIVE_NAMES, der(0x04, sequence(der(0x87, Buffer.from([127, 0, 0, 1]))))))),
  );
  const whole = sequence(content, sequence(ECDSA_WITH_SHA256), der(0x03, Buffer.from([0]), sign('sha256', content, privateKey)));
  const lines = whole.toString('base64').replace(/.{64}/gu, '$&\n').trimEnd();
  return { cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string };
}

/**
 * Lets requests of this process accept it until what comes back is called. The function of the module is replaced for it, as the editor does
 * with its own certificates.
 */
export function trust({ cert }: Certificate, more: RequestOptions = {}): () => void {
  const { request } = https;
  https.request = ((options: RequestOptions, onAnswer: (answer: IncomingMessage) => void) => request({ ...options, ca: cert, ...more }, onAnswer)) as typeof request;
  return () => {
    https.request = request;
  };
}

const DAY = 24 * 3_600_000;

function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const head = length < 0x80 ? [length] : length < 0x1_00 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

const sequence = (...contents: readonly Buffer[]): Buffer => der(0x30, ...contents);
const integer = (value: number): Buffer => der(0x02, Buffer.from([value]));
const time = (at: number): Buffer => der(0x17, Buffer.from(`${new Date(at).toISOString().slice(2, 19).replace(/\D/gu, '')}Z`));

/** 2.5.4.3, 2.5.29.17 and 1.2.840.10045.4.3.2. */
const COMMON_NAME = der(0x06, Buffer.from([0x55, 0x04, 0x03]));
const ALTERNATIVE_NAMES = der(0x06, Buffer.from([0x55, 0x1d, 0x11]));
const ECDSA_WITH_SHA256 = der(0x06, Buffer.from([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]));
