import { every, marksOf, minutes, ORDINARY, type Story } from './story.js';

const POLICY = `{
  "id": "ward-terminal",
  "idleTimeout": "10m",
  "absoluteTimeout": "12h",
  "warnBefore": "1m",
  // the screen locks; whoever it belongs to goes on where they were
  "onIdle": "lock",
  "reauthentication": { "resets": ["idle"] },
  "conditions": [
    { "when": { "attributes": { "role": ["physician"] } }, "idleTimeout": "5m" }
  ],
  "operations": {
    "record:release": { "authenticatedWithin": "15m" }
  }
}
`;

const OTHER = POLICY.replace('"onIdle": "lock",', '"onIdle": "end",').replace('"10m"', '"20m"');

export const sharedTerminal: Story = {
  id: 'shared-terminal',
  title: 'The shared terminal',
  text:
    'A nurse is called away from the terminal of the ward. After ten minutes it locks; somebody else who touches it is ' +
    'challenged. The nurse comes back, proves who they are, and goes on. Releasing a record asks once more.',
  policy: POLICY,
  other: OTHER,
  scenario: {
    ...ORDINARY,
    start: Date.UTC(2026, 2, 3, 6, 30),
    span: minutes(90),
    attributes: { role: 'nurse' },
    marks: marksOf(
      [3, 'user'],
      [8, 'user'],
      ...every(6, 12, 24, 'background'),
      [27, 'user'],
      [32, 'reauthentication', 'aal1'],
      [37, 'user'],
      [45, 'user'],
      [52, 'operation', 'record:release'],
      [53, 'reauthentication', 'aal1'],
      [55, 'operation', 'record:release'],
      [61, 'user'],
      [68, 'logout'],
      [75, 'user'],
    ),
  },
};
