import { marksOf, minutes, ORDINARY, type Story } from './story.js';

const POLICY = `{
  "id": "online-bank",
  "idleTimeout": "15m",
  "absoluteTimeout": "4h",
  "warnBefore": "1m",
  "operations": {
    // a recent proof of the second factor, or no money moves
    "payment:create": { "authenticatedWithin": "5m", "assuranceLevel": "aal2" }
  },
  "risk": [
    { "signal": "ip_changed", "then": { "challenge": { "assuranceLevel": "aal2" } } },
    { "signal": "device_changed", "then": "end" }
  ]
}
`;

const OTHER = `{
  "id": "online-bank",
  "idleTimeout": "30m",
  "absoluteTimeout": "4h",
  "warnBefore": "1m",
  "operations": {
    "payment:create": { "assuranceLevel": "aal2" }
  }
}
`;

export const stolenCookie: Story = {
  id: 'stolen-cookie',
  title: 'The stolen cookie',
  text:
    'Alice pays, after a step-up. Then her cookie turns up at another address. The thief is challenged, and cannot keep ' +
    'the session alive; Alice proves who she is and goes on. When the device is another one, it is over.',
  policy: POLICY,
  other: OTHER,
  scenario: {
    ...ORDINARY,
    span: minutes(40),
    marks: marksOf(
      [2, 'user'],
      [4, 'operation', 'payment:create'],
      [5, 'reauthentication', 'aal2'],
      [6, 'operation', 'payment:create'],
      [12, 'address', '198.51.100.7'],
      [14, 'operation', 'payment:create'],
      [17, 'user'],
      [19, 'reauthentication', 'aal2'],
      [21, 'user'],
      [27, 'signal', 'device_changed'],
      [29, 'address', '198.51.100.7'],
      [33, 'user'],
    ),
  },
};
