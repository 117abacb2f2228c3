import { BlockList, isIPv6 } from 'node:net';
import { embeddingPrefixes, privateRanges } from '../../domain/network';

/** Why an address may not be called, for people; undefined when it may. `allow` holds ranges such as 10.0.0.0/8. */
export function refusal(address: string, allow: readonly string[]): string | undefined {
  const plain = unembedded(withoutScope(address));
  if (allow.some((cidr) => rangeOf(cidr)(plain))) return undefined;
  return ranges.find(({ holds }) => holds(plain))?.what;
}

/** IPv4 as its own notation: what a mapped or translated IPv6 address reaches is the IPv4 address in it. */
function unembedded(address: string): string {
  if (!embedding.some((holds) => holds(address))) return address;
  // The URL parser knows every spelling of an address and has one way to write it.
  const written = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [high = 0, low = 0] = written
    .split(':')
    .slice(-2)
    // Groups of zeros are left out.
    .map((group) => (group === '' ? 0 : Number.parseInt(group, 16)));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** `fe80::1%eth0` without the name of the interface. */
const withoutScope = (address: string): string => address.replace(/%.*$/, '');

type Family = 'ipv4' | 'ipv6';

const familyOf = (address: string): Family => (isIPv6(address) ? 'ipv6' : 'ipv4');

function rangeOf(cidr: string): (address: string) => boolean {
  const [network = '', bits = ''] = cidr.split('/');
  const family = familyOf(network);
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  // The list takes an IPv4 address for its mapped form and would find it in ::/3.
  return (address) => familyOf(address) === family && list.check(address, family);
}

const embedding = embeddingPrefixes.map(rangeOf);
const ranges = privateRanges.map(({ cidr, what }) => ({ holds: rangeOf(cidr), what }));
