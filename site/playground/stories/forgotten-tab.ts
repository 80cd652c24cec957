import { every, marksOf, minutes, ORDINARY, type Story } from './story.js';

const POLICY = `{
  "id": "customer-web",
  "idleTimeout": "15m",
  "absoluteTimeout": "8h",
  "warnBefore": "2m",
  "conditions": [
    // nobody looks at a hidden tab
    { "when": { "attention": "hidden" }, "idleTimeout": "8m" }
  ]
}
`;

const OTHER = `{
  "id": "customer-web",
  "idleTimeout": "30m",
  "absoluteTimeout": "8h",
  "warnBefore": "2m"
}
`;

export const forgottenTab: Story = {
  id: 'forgotten-tab',
  title: 'The forgotten tab',
  text:
    'Somebody reads, answers a message and goes to lunch. The tab stays open, is hidden, and polls every two minutes. ' +
    'None of these polls refills the idle limit: only people do.',
  policy: POLICY,
  other: OTHER,
  scenario: {
    ...ORDINARY,
    span: minutes(60),
    marks: marksOf(
      [2, 'user'],
      [5, 'user'],
      [6, 'background'],
      [9, 'user'],
      ...every(2, 12, 26, 'hidden'),
      [31, 'background'],
      [44, 'user'],
    ),
  },
};
