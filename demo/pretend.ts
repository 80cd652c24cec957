/** The request headers by which the page pretends to be elsewhere. No real service may believe such a thing. */
export const PRETEND_ADDRESS = 'demo-address';
export const PRETEND_DEVICE = 'demo-device';

/** Addresses of the ranges that are set aside for documentation (RFC 5737). */
export const ADDRESSES = [
  { value: '203.0.113.7', label: 'Home' },
  { value: '198.51.100.7', label: 'Café wifi' },
  { value: '192.0.2.44', label: 'Abroad' },
] as const;

export const DEVICES = [
  { value: 'own-laptop', label: 'Own laptop' },
  { value: 'unknown-phone', label: 'Unknown phone' },
] as const;
