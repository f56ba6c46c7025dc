// OAuth 1.0a with HMAC-SHA256, as a connector signs (RFC 5849 §3.4).
import { createHmac, randomBytes } from 'node:crypto';

const encode = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

export async function signed(method, address, tokens) {
  const url = new URL(address);
  const protocol = {
    oauth_consumer_key: tokens.consumerKey,
    oauth_nonce: randomBytes(16).toString('hex'),
    oauth_signature_method: 'HMAC-SHA256',
    oauth_timestamp: String(Math.floor(Date.now() / 1000)),
    oauth_token: tokens.accessToken,
    oauth_version: '1.0',
  };
  const pairs = [...Object.entries(protocol), ...url.searchParams].map(([name, value]) => [encode(name), encode(value)]);
  pairs.sort((one, two) => (one[0] === two[0] ? (one[1] < two[1] ? -1 : 1) : one[0] < two[0] ? -1 : 1));
  const parameters = pairs.map((pair) => pair.join('=')).join('&');
  const base = [method, url.origin + url.pathname, parameters].map(encode).join('&');
  const key = `${encode(tokens.consumerSecret)}&${encode(tokens.accessTokenSecret)}`;
  protocol.oauth_signature = createHmac('sha256', key).update(base).digest('base64');
  const header = `OAuth ${Object.entries(protocol).map(([name, value]) => `${name}="${encode(value)}"`).join(', ')}`;
  const answer = await fetch(url, { method, headers: { Authorization: header } });
  return { status: answer.status, body: await answer.json() };
}
