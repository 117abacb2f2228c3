/** Ranges of addresses that are not the public internet: an outgoing call reaches them only where `network.allow` says so. */
export const privateRanges = [
  { cidr: '0.0.0.0/8', what: 'this machine' },
  { cidr: '10.0.0.0/8', what: 'private' },
  { cidr: '100.64.0.0/10', what: 'shared by a carrier' },
  { cidr: '127.0.0.0/8', what: 'loopback' },
  { cidr: '169.254.0.0/16', what: 'link-local, where clouds serve credentials' },
  { cidr: '172.16.0.0/12', what: 'private' },
  { cidr: '192.0.0.0/24', what: 'reserved' },
  { cidr: '192.0.2.0/24', what: 'for documentation' },
  { cidr: '192.88.99.0/24', what: 'reserved' },
  { cidr: '192.168.0.0/16', what: 'private' },
  { cidr: '198.18.0.0/15', what: 'for benchmarks' },
  { cidr: '198.51.100.0/24', what: 'for documentation' },
  { cidr: '203.0.113.0/24', what: 'for documentation' },
  { cidr: '224.0.0.0/4', what: 'multicast' },
  { cidr: '240.0.0.0/4', what: 'reserved' },
  // Public by its number, and yet the host of a virtual machine: it serves metadata and certificates.
  { cidr: '168.63.129.16/32', what: 'the metadata service of a cloud' },
  { cidr: 'fc00::/7', what: 'private' },
  { cidr: 'fe80::/10', what: 'link-local' },
  { cidr: 'ff00::/8', what: 'multicast' },
  { cidr: '2001::/23', what: 'reserved' },
  { cidr: '2001:db8::/32', what: 'for documentation' },
  // Their last or middle bits name an IPv4 address, which may be a private one.
  { cidr: '2002::/16', what: 'a tunnel' },
  { cidr: '3fff::/20', what: 'for documentation' },
  // Everything that 2000::/3, the public part of IPv6, leaves over: loopback, local and unassigned addresses.
  { cidr: '::/3', what: 'loopback or reserved' },
  { cidr: '4000::/2', what: 'reserved' },
  { cidr: '8000::/1', what: 'reserved' },
] as const satisfies { cidr: string; what: string }[];

/** Prefixes of IPv6 addresses that stand for the IPv4 address in their last 32 bits: mapped ones, and those of NAT64. */
export const embeddingPrefixes = ['::ffff:0:0/96', '64:ff9b::/96'] as const;

/** Whether an address leads to this machine itself. */
export const isThisMachine = ({ hostname }: URL): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
