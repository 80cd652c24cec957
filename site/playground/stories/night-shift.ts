import { marksOf, minutes, ORDINARY, type Story } from './story.js';

const POLICY = `{
  "id": "night-desk",
  "idleTimeout": "90m",
  // eight hours that pass, whatever the clock on the wall does
  "absoluteTimeout": "8h",
  "warnBefore": "15m",
  "reauthentication": { "after": "4h", "resets": ["idle"] }
}
`;

const OTHER = `{
  "id": "night-desk",
  "idleTimeout": "90m",
  "absoluteTimeout": "12h",
  "warnBefore": "15m",
  "reauthentication": { "after": "6h", "resets": ["idle", "absolute"] }
}
`;

export const nightShift: Story = {
  id: 'night-shift',
  title: 'The night shift',
  text:
    'A shift in Berlin begins at 22:00, in the night in which the clocks go back. Eight hours later the wall says 05:00, ' +
    'not 06:00. Limits are lengths of time: the hour that comes twice is counted twice.',
  policy: POLICY,
  other: OTHER,
  scenario: {
    ...ORDINARY,
    start: Date.UTC(2026, 9, 24, 20),
    span: minutes(9.5 * 60),
    zone: 'Europe/Berlin',
    marks: marksOf(
      [40, 'user'],
      [95, 'user'],
      [150, 'user'],
      [215, 'user'],
      [245, 'user'],
      [250, 'reauthentication', 'aal1'],
      [310, 'user'],
      [370, 'user'],
      [430, 'user'],
      [475, 'user'],
      [490, 'user'],
      [540, 'user'],
    ),
  },
};
