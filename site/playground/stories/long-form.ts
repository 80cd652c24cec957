import { every, marksOf, minutes, ORDINARY, type Story } from './story.js';

const POLICY = `{
  "id": "tax-return",
  "idleTimeout": "15m",
  "absoluteTimeout": "2h",
  "warnBefore": "2m",
  "operations": {
    // whoever has begun may take this long, but never past two hours
    "form:fill": { "lease": "50m" },
    "form:submit": { "authenticatedWithin": "90m" }
  }
}
`;

const OTHER = POLICY.replace('{ "lease": "50m" }', '{}');

export const longForm: Story = {
  id: 'long-form',
  title: 'The long form',
  text:
    'Somebody opens a form and looks for papers for three quarters of an hour, without a click that a server would see. ' +
    'The operation has a lease: it holds the idle limit off, and never the absolute one.',
  policy: POLICY,
  other: OTHER,
  scenario: {
    ...ORDINARY,
    span: minutes(135),
    marks: marksOf(
      [3, 'user'],
      [6, 'operation', 'form:fill'],
      ...every(8, 12, 44, 'background'),
      [51, 'user'],
      [58, 'user'],
      [63, 'operation', 'form:submit'],
      [70, 'user'],
      [84, 'user'],
      [97, 'user'],
      [111, 'user'],
      [124, 'user'],
    ),
  },
};
